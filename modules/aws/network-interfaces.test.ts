import { expect, it } from "vitest";
import { networkInterfacesOf } from "./network-interfaces";

it.each([
  ["t3.small", 3],
  ["t3a.small", 2],
  ["t4g.nano", 2],
  ["m5.large", 3],
  ["c6g.medium", 2],
  ["r7i.4xlarge", 8],
  ["m5.24xlarge", 15],
])("%s has %s network interfaces", (type, interfaces) => {
  expect(networkInterfacesOf(type)).toBe(interfaces);
});

it.each(["c5n.large", "m5.metal", "p4d.24xlarge", "t3.8xlarge", "small", ""])("does not judge %j", (type) => {
  expect(networkInterfacesOf(type)).toBeUndefined();
});
