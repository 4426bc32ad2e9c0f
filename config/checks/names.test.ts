import { describe, expect, it } from "vitest";
import { faultsOf, SERVICE_FILE } from "../testing/project";

describe("names", () => {
  it("refuses a name in capital letters", () => {
    expect(
      faultsOf({
        service: { name: "Web_Shop" },
        files: {
          "apps/web/service.json": undefined,
          "apps/Web_Shop/service.json": JSON.stringify({
            name: "Web_Shop",
            system: "shop",
            launchType: "EC2",
            port: 1,
            cpu: 256,
            memory: 512,
            replicas: { desired: 1, min: 1, max: 1 },
            routes: { priority: 1, paths: ["/web"] },
          }),
        },
      }),
    ).toEqual([
      {
        file: "apps/Web_Shop/service.json",
        path: "$.name",
        given: '"Web_Shop"',
        problem: "is not a name",
        allowed: "lower-case letters, digits and single hyphens, a letter first, no hyphen last",
        mend: 'write for example "web-shop"',
      },
    ]);
  });

  it("refuses a system's name with two hyphens in a row", () => {
    expect(faultsOf({ service: { system: "my--shop" } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.system",
        given: '"my--shop"',
        problem: "is not a name",
        allowed: "lower-case letters, digits and single hyphens, a letter first, no hyphen last",
        mend: 'write for example "my-shop"',
      },
    ]);
  });

  it("refuses a name that is not its folder's", () => {
    expect(faultsOf({ service: { name: "website" } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.name",
        given: '"website"',
        problem: 'the service is called "website", its folder "web"',
        allowed: '"web"',
        mend: 'write "web", or rename the folder to "website"',
      },
    ]);
  });

  it("refuses a system that makes the load balancer's name too long", () => {
    expect(faultsOf({ service: { system: "s".repeat(28) } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.system",
        given: '"ssssssssssssssssssssssssssss"',
        problem: 'the name of the load balancer would be "ssssssssssssssssssssssssssss-test", 33 characters',
        allowed: "32 characters at most",
        mend: 'make "system" shorter by 1',
      },
    ]);
  });

  it("refuses a system that makes the capacity provider's name one of AWS's", () => {
    expect(faultsOf({ service: { system: "fargate-shop" } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.system",
        given: '"fargate-shop"',
        problem:
          'the name of the capacity provider would be "fargate-shop-test"; AWS keeps names that start with "fargate" for itself',
        allowed: "another beginning",
        mend: 'give "system" another name',
      },
    ]);
  });

  it("refuses a system that makes a bucket's name one of AWS's", () => {
    expect(faultsOf({ service: { system: "sthree-shop" } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.system",
        given: '"sthree-shop"',
        problem:
          'the name of the access logs\' bucket would be "sthree-shop-test-log-"; AWS keeps names that start with "sthree-" for itself',
        allowed: "another beginning",
        mend: 'give "system" another name',
      },
    ]);
  });

  it("refuses a schedule that makes the scheduled action's name too long", () => {
    const name = `night-${"t".repeat(247)}`;
    const schedules = [{ name, schedule: "rate(1 day)", min: 1, max: 1 }];
    expect(faultsOf({ service: { scaling: { schedules } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.scaling.schedules[0].name",
        given: `"night-${"t".repeat(93)}...`,
        problem: `the name of the scheduled action would be "web-${name}", 257 characters`,
        allowed: "256 characters at most",
        mend: 'make "name" shorter by 1',
      },
    ]);
  });

  it("refuses a system that makes a security group's name one of AWS's", () => {
    expect(faultsOf({ service: { system: "sg" } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.system",
        given: '"sg"',
        problem:
          'the name of the instances\' security group would be "sg-test-instance"; AWS keeps names that start with "sg-" for itself',
        allowed: "another beginning",
        mend: 'give "system" another name',
      },
      {
        file: SERVICE_FILE,
        path: "$.system",
        given: '"sg"',
        problem:
          'the name of the load balancer\'s security group would be "sg-test-load-balancer"; AWS keeps names that start with "sg-" for itself',
        allowed: "another beginning",
        mend: 'give "system" another name',
      },
    ]);
  });

  it("refuses a system that makes the load balancer's name one of AWS's", () => {
    expect(faultsOf({ service: { system: "internal" } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.system",
        given: '"internal"',
        problem:
          'the name of the load balancer would be "internal-test"; AWS keeps names that start with "internal-" for itself',
        allowed: "another beginning",
        mend: 'give "system" another name',
      },
    ]);
  });

  it("refuses a system that makes a parameter's name one of AWS's", () => {
    expect(faultsOf({ service: { system: "ssm" } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.system",
        given: '"ssm"',
        problem:
          'the name of the parameter that holds the task definition\'s ARN would be "/ssm/test/web/task-definition"; AWS keeps names that start with "/ssm" for itself',
        allowed: "another beginning",
        mend: 'give "system" another name',
      },
    ]);
  });

  it("refuses a service's name that makes the roles' names too long", () => {
    expect(
      faultsOf({
        service: { name: "n".repeat(50) },
        files: {
          "apps/web/service.json": undefined,
          [`apps/${"n".repeat(50)}/service.json`]: JSON.stringify({
            name: "n".repeat(50),
            system: "shop",
            launchType: "EC2",
            port: 1,
            cpu: 256,
            memory: 512,
            replicas: { desired: 1, min: 1, max: 1 },
            routes: { priority: 1, paths: ["/web"] },
          }),
        },
      }),
    ).toEqual([
      {
        file: "apps/nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn/service.json",
        path: "$.name",
        given: '"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"',
        problem:
          'the name of the execution role would be "shop-test-nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn-execution", 70 characters',
        allowed: "64 characters at most",
        mend: 'make "name" shorter by 6',
      },
      {
        file: "apps/nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn/service.json",
        path: "$.name",
        given: '"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"',
        problem:
          'the name of the task role would be "shop-test-nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn-task", 65 characters',
        allowed: "64 characters at most",
        mend: 'make "name" shorter by 1',
      },
    ]);
  });

  it("refuses the name of an environment's file with an underscore", () => {
    expect(
      faultsOf({
        load: "my_test",
        files: {
          "config/environments/my_test.json": JSON.stringify({
            region: "us-east-1",
            state: { backend: "local" },
            removal: "destroy",
            network: { cidr: "10.0.0.0/16", availabilityZones: ["us-east-1a", "us-east-1b"], nat: "single" },
            ec2: { instanceTypes: ["t3.small"], maxInstances: 4 },
          }),
        },
      }),
    ).toEqual([
      {
        file: "config/environments/my_test.json",
        path: "$",
        given: '"my_test"',
        problem: 'the file is called "my_test", which is not a name for an environment',
        allowed: "lower-case letters, digits and single hyphens, a letter first, no hyphen last",
        mend: "rename the file",
      },
    ]);
  });

  it("refuses the name of an environment's file that leaves no room for that of the state's bucket", () => {
    const name = "e".repeat(36);
    const environment = {
      region: "us-east-1",
      state: { backend: "local" },
      removal: "destroy",
      network: { cidr: "10.0.0.0/16", availabilityZones: ["us-east-1a", "us-east-1b"], nat: "single" },
      ec2: { instanceTypes: ["t3.small"], maxInstances: 4 },
    };
    const service = { system: "s", routes: { priority: 100, paths: ["/web"] } };
    const file = `config/environments/${name}.json`;
    expect(faultsOf({ load: name, service, files: { [file]: JSON.stringify(environment) } })).toContainEqual({
      file,
      path: "$",
      given: `"${name}"`,
      problem: `the name of the state's bucket would be "express-on-ecs-${name}-", 52 characters`,
      allowed: "51 characters at most",
      mend: "make the file's name shorter by 1",
    });
  });

  it("refuses the name of an environment's file that leaves no room for that of the connection to GitHub, where there is one", () => {
    const name = "e".repeat(18);
    const environment = (more: object) => ({
      region: "us-east-1",
      state: { backend: "local" },
      removal: "destroy",
      network: { cidr: "10.0.0.0/16", availabilityZones: ["us-east-1a", "us-east-1b"], nat: "single" },
      ec2: { instanceTypes: ["t3.small"], maxInstances: 4 },
      ...more,
    });
    const file = `config/environments/${name}.json`;
    const faults = (more: object) => faultsOf({ load: name, files: { [file]: JSON.stringify(environment(more)) } });
    expect(faults({})).toEqual([]);
    expect(faults({ pipelines: { production: "test", github: { repository: "octo-org/shop" } } })).toEqual([
      {
        file,
        path: "$",
        given: `"${name}"`,
        problem: `the name of the connection to GitHub would be "express-on-ecs-${name}", 33 characters`,
        allowed: "32 characters at most",
        mend: "make the file's name shorter by 1",
      },
    ]);
  });
});
