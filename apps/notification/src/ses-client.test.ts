import { expect, it } from "vitest";
import { createSdkClient } from "./ses-client";

it("the client of SES does not try again by itself: it knows no deadline", async () => {
  const client = createSdkClient("eu-west-1");
  expect([await client.config.maxAttempts(), await client.config.region()]).toEqual([1, "eu-west-1"]);
  client.destroy();
});
