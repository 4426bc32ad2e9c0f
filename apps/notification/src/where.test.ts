import { hostname, type NetworkInterfaceInfo } from "node:os";
import { describe, expect, it } from "vitest";
import { ownAddress, whereText } from "./where";

const one = (address: string, internal: boolean, family: "IPv4" | "IPv6" = "IPv4") =>
  ({ address, internal, family }) as NetworkInterfaceInfo;

describe("where the task runs", () => {
  it("is the address that it listens on", () => {
    expect(ownAddress("127.0.0.7")).toBe("127.0.0.7");
    expect(whereText("127.0.0.7")).toBe(`Notification Service IP Address: 127.0.0.7\nHostname: ${hostname()}`);
  });

  it.each(["0.0.0.0", "::"])("is, where it listens on all (%s), the first that others can reach", (host) => {
    const interfaces = {
      lo: [one("127.0.0.1", true)],
      none: undefined,
      eth0: [one("fe80::1", false, "IPv6"), one("10.0.3.4", false)],
    };
    expect(ownAddress(host, interfaces)).toBe("10.0.3.4");
  });

  it("is loopback on a machine without a network", () => {
    expect(ownAddress("0.0.0.0", { lo: [one("127.0.0.1", true)] })).toBe("127.0.0.1");
  });
});
