import { describe, expect, it } from "vitest";
import { arrangeFaults, ConfigError, type Fault } from "./faults";

const fault = (change: Partial<Fault> = {}): Fault => ({
  file: "apps/web/service.json",
  path: "$.port",
  given: "0",
  problem: "is less than 1",
  allowed: "a whole number from 1 to 65535",
  mend: "write a whole number from 1 to 65535",
  ...change,
});

describe("ConfigError", () => {
  it("prints file, path, value, what is wrong, what is allowed and how to mend it", () => {
    expect(new ConfigError([fault()]).message).toBe(
      [
        "the configuration has 1 fault; nothing was synthesised, nothing was sent",
        "",
        "apps/web/service.json $.port",
        "  wrong:   is less than 1",
        "  given:   0",
        "  allowed: a whole number from 1 to 65535",
        "  mend:    write a whole number from 1 to 65535",
      ].join("\n"),
    );
  });

  it("prints every fault", () => {
    const { message } = new ConfigError([fault(), fault({ path: "$.cpu" })]);
    expect(message.split("\n")[0]).toBe("the configuration has 2 faults; nothing was synthesised, nothing was sent");
    expect(message.match(/^apps.*$/gm)).toEqual(["apps/web/service.json $.port", "apps/web/service.json $.cpu"]);
  });
});

describe("arrangeFaults", () => {
  it("sorts by file and path, numbers by their value, whatever order they were found in", () => {
    const sorted = [
      fault({ file: "apps/a/service.json", path: "$.port" }),
      fault({ file: "apps/b/service.json", path: "$.routes.paths[2]" }),
      fault({ file: "apps/b/service.json", path: "$.routes.paths[10]", problem: "a" }),
      fault({ file: "apps/b/service.json", path: "$.routes.paths[10]", problem: "b" }),
    ];
    expect(arrangeFaults([...sorted].reverse())).toEqual(sorted);
  });

  it("tells each fault once", () => {
    expect(arrangeFaults([fault(), fault()])).toEqual([fault()]);
  });
});
