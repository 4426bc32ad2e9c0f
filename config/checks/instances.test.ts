import { describe, expect, it } from "vitest";
import { ENVIRONMENT_FILE, faultsOf, SERVICE_FILE } from "../testing/project";

describe("instances", () => {
  it("refuses an instance type without a size", () => {
    expect(faultsOf({ environment: { ec2: { instanceTypes: ["t3small"] } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.ec2.instanceTypes[0]",
        given: '"t3small"',
        problem: "is not an instance type",
        allowed: "family, dot and size, in lower case",
        mend: 'write for example "t3.small"',
      },
    ]);
  });

  it("refuses an instance type that is given twice", () => {
    expect(faultsOf({ environment: { ec2: { instanceTypes: ["t3.small", "t3.small"] } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.ec2.instanceTypes[1]",
        given: '"t3.small"',
        problem: 'the instance type "t3.small" is given twice, first as number 1 of the list',
        allowed: "each once",
        mend: "remove one of the two",
      },
    ]);
  });

  it("refuses instance types with Arm processors, which the images are not built for", () => {
    expect(faultsOf({ environment: { ec2: { instanceTypes: ["t3.small", "t4g.small"] } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.ec2.instanceTypes[1]",
        given: '"t4g.small"',
        problem: "has Arm processors, but images are built for x86",
        allowed: "types with x86 processors, such as the families t3, t3a, m6i, m6a, c6i",
        mend: 'write for example "t3.small"',
      },
    ]);
  });

  it("refuses no instance type", () => {
    expect(faultsOf({ environment: { ec2: { instanceTypes: [] } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.ec2.instanceTypes",
        given: "[]",
        problem: "is empty",
        allowed: "a list of at least one instance type",
        mend: "write a list of at least one instance type",
      },
    ]);
  });

  it("refuses more on-demand instances than may run", () => {
    expect(faultsOf({ environment: { ec2: { spot: { onDemandBase: 5, onDemandPercent: 0 } } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.ec2.spot.onDemandBase",
        given: "5",
        problem: "5 instances are on-demand before any is spot, but only 4 may run",
        allowed: '"onDemandBase" up to "maxInstances"',
        mend: 'lower it to 4, or remove "spot"',
      },
    ]);
  });

  it("refuses a share of on-demand instances over 100 percent", () => {
    expect(faultsOf({ environment: { ec2: { spot: { onDemandBase: 1, onDemandPercent: 101 } } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.ec2.spot.onDemandPercent",
        given: "101",
        problem: "is more than 100",
        allowed: "a whole number from 0 to 100",
        mend: "write a whole number from 0 to 100",
      },
    ]);
  });

  it("refuses no instances at most", () => {
    expect(faultsOf({ environment: { ec2: { maxInstances: 0 } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.ec2.maxInstances",
        given: "0",
        problem: "is less than 1",
        allowed: "a whole number from 1 to 1000",
        mend: "write a whole number from 1 to 1000",
      },
    ]);
  });

  it("refuses a task that needs the whole memory of an instance", () => {
    expect(faultsOf({ service: { memory: 2048 } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.memory",
        given: "2048",
        problem: "a task of 2048 MiB does not fit on the environment's instance type t3.small",
        allowed: "less than 2048 MiB",
        mend: 'lower "memory", or name larger types in "ec2.instanceTypes" of the environment',
      },
    ]);
  });

  it("refuses a task that needs more CPU than an instance has", () => {
    expect(faultsOf({ service: { cpu: 2560 } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.cpu",
        given: "2560",
        problem: "a task of 2560 CPU units does not fit on the environment's instance type t3.small",
        allowed: "up to 2048 CPU units",
        mend: 'lower "cpu", or name larger types in "ec2.instanceTypes" of the environment',
      },
    ]);
  });

  it("refuses a task on EC2 that an override makes too large", () => {
    expect(faultsOf({ environment: { services: { web: { memory: 4096 } } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.services.web.memory",
        given: "4096",
        problem: "a task of 4096 MiB does not fit on the environment's instance type t3.small",
        allowed: "less than 2048 MiB",
        mend: 'lower "memory", or name larger types in "ec2.instanceTypes" of the environment',
      },
    ]);
  });

  it("refuses less CPU than a task on EC2 may have", () => {
    expect(faultsOf({ service: { cpu: 127 } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.cpu",
        given: "127",
        problem: "is less than 128",
        allowed: "a whole number from 128 to 196608",
        mend: "write a whole number from 128 to 196608",
      },
    ]);
  });

  it("refuses less memory than a container may have", () => {
    expect(faultsOf({ service: { memory: 5 } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.memory",
        given: "5",
        problem: "is less than 6",
        allowed: "a whole number from 6 to 25165824",
        mend: "write a whole number from 6 to 25165824",
      },
    ]);
  });

  it("refuses an instance type of a size that there is not", () => {
    expect(faultsOf({ environment: { ec2: { instanceTypes: ["t3.smal"] } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.ec2.instanceTypes[0]",
        given: '"t3.smal"',
        problem: "is not an instance type",
        allowed: "family, dot and size, in lower case",
        mend: 'write for example "t3.small"',
      },
    ]);
  });

  it("refuses a size that a burstable family does not have", () => {
    expect(faultsOf({ environment: { ec2: { instanceTypes: ["t3.4xlarge"] } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.ec2.instanceTypes[0]",
        given: '"t3.4xlarge"',
        problem: "the family t3 has no size 4xlarge",
        allowed: "t3.nano, t3.micro, t3.small, t3.medium, t3.large, t3.xlarge, t3.2xlarge",
        mend: 'write for example "t3.small", or another family',
      },
    ]);
  });
});
