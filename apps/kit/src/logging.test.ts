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
    const error = Object.assign(new Error("refused by the other service"), { headers: { authorization: "hidden" } });
    const headers = {
      authorization: "hidden",
      cookie: "hidden",
      "set-cookie": ["hidden"],
      "x-api-key": "hidden",
      "Proxy-Authorization": "hidden",
      accept: "shown",
    };
    logger.info({ headers }, "top");
    logger.info({ request: { headers } }, "below");
    logger.info({ err: error }, "an error");
    expect(written).toMatch(/"err":\{"type":"Error","message":"refused by the other service","stack":"Error: refused/);
    expect(written).not.toContain("hidden");
    expect(error.headers.authorization).toBe("hidden");
    expect(headers.cookie).toBe("hidden");
    expect(written.match(/shown/g)).toHaveLength(2);
    expect(written).toMatch(/^\{"level":"info","time":"\d{4}-\d\d-\d\dT/);
  });
});
