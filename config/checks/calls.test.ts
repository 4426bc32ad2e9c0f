import { describe, expect, it } from "vitest";
import { ENVIRONMENT_FILE, faultsOf, load, OTHER_FILE, SERVICE_FILE } from "../testing/project";

const BLUE_GREEN = { controller: "CODE_DEPLOY" };
const EC2 = { launchType: "EC2" };

describe("the calls of a service", () => {
  const faults = (calls: readonly string[], other: object = {}, discovery = "cloud-map") =>
    faultsOf({ service: { calls }, other: { ...EC2, ...other }, environment: { discovery } });

  it("are none unless it says so", () => {
    expect(load().services.map(({ calls }) => calls)).toEqual([[]]);
  });

  it.each(["load-balancer", "cloud-map", "service-connect"])(
    "may be of another service of the system, by %s",
    (mode) => {
      expect(faults(["other"], {}, mode)).toEqual([]);
    },
  );

  it("refuse the service itself", () => {
    expect(faults(["web"])).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.calls[0]",
        given: '"web"',
        problem: "the service calls itself",
        allowed: "other services of the same system",
        mend: "remove it",
      },
    ]);
  });

  it("refuse a service that there is not, and say which was meant", () => {
    expect(faults(["othr"])).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.calls[0]",
        given: '"othr"',
        problem: 'there is no service "othr"',
        allowed: '"other"',
        mend: 'did you mean "other"?',
      },
    ]);
  });

  it("refuse a service where the system has no other", () => {
    expect(faultsOf({ service: { calls: ["mailer"] } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.calls[0]",
        given: '"mailer"',
        problem: 'there is no service "mailer"',
        allowed: "nothing: the system has no other service",
        mend: "remove it, or name one of these",
      },
    ]);
  });

  it("refuse a service of another system", () => {
    expect(faults(["other"], { system: "shed" })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.calls[0]",
        given: '"other"',
        problem: '"other" is of the system "shed", whose private names and ports are its own',
        allowed: "nothing: the system has no other service",
        mend: 'call it by its public name, which "environment" can hold, and remove it here',
      },
    ]);
  });

  it("refuse one service twice", () => {
    expect(faults(["other", "other"]).map(({ path, problem }) => [path, problem])).toEqual([
      ["$.calls[1]", 'the service "other" is given twice, first as number 1 of the list'],
    ]);
  });

  it.each(["cloud-map", "service-connect"])("refuse a service that CodeDeploy deploys, by %s", (mode) => {
    expect(faults(["other"], { deployment: BLUE_GREEN }, mode)).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.calls[0]",
        given: '"other"',
        problem: `"other" is deployed by CodeDeploy: ECS changes no discovery of it, as the environment's "discovery" of "${mode}" asks for`,
        allowed: 'services with "deployment.controller" "ECS"; others where "discovery" is "load-balancer"',
        mend: 'write "discovery": "load-balancer" in the environment, or "controller": "ECS" in other',
      },
    ]);
  });

  it("take a service that CodeDeploy deploys, by the load balancer", () => {
    expect(faults(["other"], { deployment: BLUE_GREEN }, "load-balancer")).toEqual([]);
  });
});

describe("calls by Service Connect", () => {
  const faults = (service: object, other: object, discovery = "service-connect") =>
    faultsOf({ service: { ...EC2, ...service }, other: { ...EC2, ...other }, environment: { discovery } });

  it("refuse a caller that CodeDeploy deploys", () => {
    const caller = { calls: ["other"], deployment: BLUE_GREEN };
    expect(faults(caller, {})).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.calls",
        given: '["other"]',
        problem: "the service is deployed by CodeDeploy, which knows no Service Connect",
        allowed: 'calls of services with "deployment.controller" "ECS", or another "discovery" in the environment',
        mend: 'write "discovery": "cloud-map" in the environment, or "controller": "ECS"',
      },
    ]);
    expect(faults(caller, {}, "cloud-map")).toEqual([]);
  });

  it("refuse a ring, which names in DNS bear", () => {
    const ring = [{ calls: ["other"] }, { calls: ["web"] }] as const;
    expect(faults(...ring)).toEqual(
      [
        [OTHER_FILE, '["web"]', "other calls web calls other"],
        [SERVICE_FILE, '["other"]', "web calls other calls web"],
      ].map(([file, given, way]) => ({
        file,
        path: "$.calls",
        given,
        problem: `${way}: with Service Connect each would have to be there before the other`,
        allowed: "calls that lead back to no caller",
        mend: 'write "discovery": "cloud-map" in the environment, or take one of the calls away',
      })),
    );
    expect(faults(...ring, "cloud-map")).toEqual([]);
  });
});

describe("calls by the load balancer", () => {
  const network = {
    nat: "none",
    interfaceEndpoints: ["ecr.api", "ecr.dkr", "logs"],
  };
  const faults = (discovery: string, more: object = {}) =>
    faultsOf({
      service: { calls: ["other"] },
      other: {},
      environment: { discovery, network: { ...network, ...more } },
    });

  it("refuse a network without NAT gateways, from which no task reaches public addresses", () => {
    expect(faults("load-balancer")).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.discovery",
        given: '"load-balancer"',
        problem:
          '"web" calls another service by the load balancer, whose public addresses no task reaches without a NAT gateway',
        allowed: '"load-balancer" with NAT gateways, or with "network.egressCidrs" where requests leave by another way',
        mend: 'write "cloud-map", or "nat": "single"',
      },
    ]);
  });

  it("take one from which requests leave by another way", () => {
    expect(faults("load-balancer", { egressCidrs: ["203.0.113.0/24"] })).toEqual([]);
    expect(faults("cloud-map")).toEqual([]);
  });
});

describe("a service that calls others", () => {
  it.each(["OTHER_SERVICE_HOST", "OTHER_SERVICE_PORT", "OTHER_SERVICE_PROTOCOL"])("may not set %s itself", (name) => {
    const [fault, ...more] = faultsOf({ service: { calls: ["other"], environment: { [name]: "x" } }, other: {} });
    expect(more).toEqual([]);
    expect(fault).toMatchObject({ path: `$.environment.${name}`, problem: `"${name}" is set by the platform` });
    expect(fault?.allowed).toContain(name);
    expect(faultsOf({ service: { environment: { [name]: "x" } }, other: {} })).toEqual([]);
  });
});
