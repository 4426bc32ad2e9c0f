import { describe, expect, it } from "vitest";
import type { Context } from "../context";
import { container, definition } from "../testing/task-definitions";
import { type Finding, good, wrong } from "./check";
import { checkSize } from "./size";

describe("the check of the size", () => {
  const FARGATE = { requiresCompatibilities: ["FARGATE"] };
  it.each<[object, Finding]>([
    [{ ...FARGATE, cpu: "256", memory: "512" }, good("size", "256 CPU units, 512 MiB")],
    [{ ...FARGATE, cpu: "1 vCPU", memory: "2 GB" }, good("size", "1024 CPU units, 2048 MiB")],
    [
      { ...FARGATE, cpu: "256", memory: "4096" },
      wrong(
        "size",
        "256 CPU units, 4096 MiB: with these, Fargate offers 512, 1024, 2048 MiB; correct memory in service.json",
      ),
    ],
    [
      { ...FARGATE, cpu: "300", memory: "512" },
      wrong(
        "size",
        "300 CPU units, 512 MiB: Fargate offers 256, 512, 1024, 2048, 4096, 8192, 16384 CPU units; correct cpu in service.json",
      ),
    ],
    [
      FARGATE,
      wrong(
        "size",
        "no CPU units, no MiB: Fargate offers 256, 512, 1024, 2048, 4096, 8192, 16384 CPU units; correct cpu in service.json",
      ),
    ],
    [{ cpu: "300" }, good("size", "300 CPU units, no MiB")],
    [{}, good("size", "no CPU units, no MiB")],
    [
      { cpu: "64" },
      wrong("size", "64 CPU units, no MiB: ECS takes 128 to 196608 CPU units; correct cpu in service.json"),
    ],
  ])("finds of %j what AWS offers", (patch, finding) => {
    const input = definition([container()], patch);
    expect(checkSize({ context: {} as Context, input, service: {} })).toEqual([finding]);
  });
});
