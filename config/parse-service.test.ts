import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigError } from "./faults";
import { parseService } from "./parse-service";

const FILE = "apps/service-b/service.json";

const TEXT = readFileSync(join(import.meta.dirname, "..", FILE), "utf8");

function messageOf(text: string): string {
  try {
    parseService(FILE, text);
    return "";
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
}

describe("a service.json by itself", () => {
  it("is read with its defaults", () => {
    const { name, environment, publicCidrs } = parseService(FILE, TEXT);
    expect([name, publicCidrs]).toEqual(["service-b", []]);
    expect(environment).toEqual({ FINANCE_SERVICE: "Finance", PAYMENT_SERVICE: "Payment" });
  });

  it("is refused with every fault of its shape", () => {
    const message = messageOf(TEXT.replace('"port": 5001', '"port": "5001"').replace('"cpu": 256', '"cpus": 256'));
    expect(message).toContain(`${FILE} $.port`);
    expect(message).toContain(`${FILE} $.cpus`);
    expect(message).toContain("the configuration has 3 faults; nothing was synthesised, nothing was sent");
  });

  it("is refused where it is not JSON, with line and column", () => {
    expect(messageOf('{\n  "name": }')).toContain("mend:    correct line 2 at column 11");
  });
});
