import { describe, expect, it } from "vitest";
import { createLogger } from "./logging";

describe("createLogger", () => {
  it("redacts secret headers wherever headers are logged", () => {
    let written = "";
    const logger = createLogger({ service: "a", environment: "local", version: "1" }, "info", {
      write: (text) => {
        written += text;
      },
    });
    const headers = {
      authorization: "hidden",
      cookie: "hidden",
      "set-cookie": ["hidden"],
      "x-api-key": "hidden",
      "proxy-authorization": "hidden",
      accept: "shown",
    };
    logger.info({ headers }, "top");
    logger.info({ request: { headers } }, "below");
    expect(written).not.toContain("hidden");
    expect(written.match(/shown/g)).toHaveLength(2);
    expect(written).toMatch(/^\{"level":"info","time":"\d{4}-\d\d-\d\dT/);
  });
});
