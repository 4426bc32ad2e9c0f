import { describe, expect, it } from "vitest";
import { ENVIRONMENT_FILE, faultsOf, SERVICE_FILE } from "../testing/project";

describe("the size of a task", () => {
  it("refuses CPU units that Fargate does not offer", () => {
    expect(faultsOf({ service: { launchType: "FARGATE", cpu: 300, memory: 1024 } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.cpu",
        given: "300",
        problem: "Fargate has no task of 300 CPU units",
        allowed: "256, 512, 1024, 2048, 4096, 8192, 16384",
        mend: "write 512, the nearest size",
      },
    ]);
  });

  it("refuses more CPU units than Fargate offers", () => {
    expect(faultsOf({ service: { launchType: "FARGATE", cpu: 32768, memory: 131072 } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.cpu",
        given: "32768",
        problem: "Fargate has no task of 32768 CPU units",
        allowed: "256, 512, 1024, 2048, 4096, 8192, 16384",
        mend: "write 16384, the nearest size",
      },
    ]);
  });

  it("refuses a memory that Fargate does not offer for the CPU, and names those it does", () => {
    expect(faultsOf({ service: { launchType: "FARGATE", cpu: 256, memory: 4096 } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.memory",
        given: "4096",
        problem: "Fargate has no task of 256 CPU units with 4096 MiB",
        allowed: "for 256 CPU units: 512, 1024, 2048",
        mend: "write 2048, the nearest size, or give the task 512 CPU units",
      },
    ]);
  });

  it("refuses a memory between the steps that Fargate offers", () => {
    expect(faultsOf({ service: { launchType: "FARGATE", cpu: 8192, memory: 17408 } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.memory",
        given: "17408",
        problem: "Fargate has no task of 8192 CPU units with 17408 MiB",
        allowed:
          "for 8192 CPU units: 16384, 20480, 24576, 28672, 32768, 36864, 40960, 45056, 49152, 53248, 57344, 61440",
        mend: "write 20480, the nearest size, or give the task 4096 CPU units",
      },
    ]);
  });

  it("names where the environment overrides one of a pair that does not fit", () => {
    expect(
      faultsOf({ service: { launchType: "FARGATE" }, environment: { services: { web: { memory: 3072 } } } }),
    ).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.services.web.memory",
        given: "3072",
        problem: "Fargate has no task of 256 CPU units with 3072 MiB",
        allowed: "for 256 CPU units: 512, 1024, 2048",
        mend: "write 2048, the nearest size, or give the task 512 CPU units",
      },
    ]);
  });
});
