import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ConfigError } from "./faults";
import { loadProject } from "./load";
import { ENVIRONMENT_FILE, faultsOf, load, SERVICE_FILE } from "./testing/project";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

describe("loadProject", () => {
  it.each(["local", "local-prod", "dev", "prod"])("loads this repository's files for %s", (environment) => {
    const project = loadProject({ root: ROOT, environment });
    expect(project.environment.name).toBe(environment);
    expect(project.services.map((service) => service.name)).toEqual(expect.arrayContaining(["service-a", "service-b"]));
  });

  it("applies the defaults of a service", () => {
    const [service] = load().services;
    expect(service).toEqual({
      name: "web",
      system: "shop",
      launchType: "EC2",
      port: 5000,
      cpu: 256,
      memory: 512,
      replicas: { desired: 2, min: 1, max: 3 },
      scaling: {
        cpuPercent: 75,
        memoryPercent: 75,
        memoryScaleIn: true,
        scaleOutCooldownSeconds: 60,
        scaleInCooldownSeconds: 300,
        schedules: [],
      },
      routes: { default: false, priority: 100, paths: ["/web"], hosts: [], sourceCidrs: [] },
      healthCheck: {
        path: "/healthcheck",
        intervalSeconds: 30,
        timeoutSeconds: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
        matcher: "200",
        gracePeriodSeconds: 60,
      },
      alarms: { latencyMs: 1000 },
      deregistrationDelaySeconds: 30,
      stopTimeoutSeconds: 30,
      publicCidrs: [],
      deployment: { controller: "ECS" },
      environment: {},
      secrets: {},
      generatedSecrets: [],
      calls: [],
      mail: false,
      pipeline: false,
    });
  });

  it("applies the defaults of an environment, and names it after its file", () => {
    expect(load().environment).toEqual({
      name: "test",
      region: "us-east-1",
      emulated: false,
      state: { backend: "local" },
      quotas: {},
      removal: "destroy",
      network: {
        cidr: "10.0.0.0/16",
        availabilityZones: ["us-east-1a", "us-east-1b"],
        nat: "single",
        gatewayEndpoints: ["s3"],
        interfaceEndpoints: [],
        flowLogs: true,
        egressCidrs: [],
      },
      discovery: "cloud-map",
      alarms: { emails: [] },
      ec2: { instanceTypes: ["t3.small"], maxInstances: 4 },
      testListenerCidrs: [],
      logRetentionDays: 30,
      containerInsights: "enabled",
      tags: {},
    });
  });

  it("merges an environment's overrides into a service, object by object", () => {
    const own = {
      scaling: { cpuPercent: 50, schedules: [{ name: "night", schedule: "rate(1 day)", min: 1, max: 1 }] },
      environment: { LABEL: "web", MODE: "plain" },
    };
    const override = {
      cpu: 512,
      replicas: { max: 6 },
      scaling: { memoryPercent: false, schedules: [] },
      environment: { MODE: "test" },
    };
    const [service] = load({ service: own, environment: { services: { web: override } } }).services;
    expect(service).toMatchObject({
      cpu: 512,
      memory: 512,
      replicas: { desired: 2, min: 1, max: 6 },
      scaling: { cpuPercent: 50, memoryPercent: false, scaleInCooldownSeconds: 300, schedules: [] },
      environment: { LABEL: "web", MODE: "test" },
    });
  });

  it("replaces an object by one of another type, and keeps what the types share nothing of", () => {
    const deployment = { controller: "CODE_DEPLOY", strategy: { type: "linear", percent: 20, intervalMinutes: 2 } };
    const override = { deployment: { strategy: { type: "all-at-once" }, bakeMinutes: 1 } };
    const [service] = load({ service: { deployment }, environment: { services: { web: override } } }).services;
    expect(service?.deployment).toEqual({
      controller: "CODE_DEPLOY",
      strategy: { type: "all-at-once" },
      bakeMinutes: 1,
    });
  });

  it("sorts the services by name", () => {
    expect(load({ other: {} }).services.map((service) => service.name)).toEqual(["other", "web"]);
  });

  it("takes what services share and empty folders for no services", () => {
    const files = { "apps/kit/package.json": "{}", "apps/shop-kit/package.json": "{}", "apps/notes/README.md": "" };
    expect(load({ files }).services).toHaveLength(1);
  });

  it("reports all faults of all files at once, in a stable order", () => {
    const patch = {
      service: { port: "5000", lauchType: "EC2", routes: { paths: ["web"] }, replicas: { desired: 9 } },
      other: { routes: { priority: 100 } },
      environment: { region: 5, network: { nat: "no" }, dns: { hostedZone: "example.com", tls: true } },
    };
    const places = faultsOf(patch).map((fault) => `${fault.file} ${fault.path}`);
    expect(places).toEqual([
      "apps/web/service.json $.lauchType",
      "apps/web/service.json $.port",
      "apps/web/service.json $.replicas.desired",
      "apps/web/service.json $.routes.paths[0]",
      "apps/web/service.json $.routes.priority",
      "config/environments/test.json $.dns.recordNames",
      "config/environments/test.json $.network.nat",
      "config/environments/test.json $.region",
    ]);
    expect(faultsOf(patch)).toEqual(faultsOf(patch));
  });

  it("throws a ConfigError whose message holds the faults", () => {
    expect(() => load({ service: { port: 0 } })).toThrow(ConfigError);
    expect(() => load({ service: { port: 0 } })).toThrow("apps/web/service.json $.port\n  wrong:   is less than 1\n");
  });

  it("tells a fault of service.json once, although it is also in the merged service", () => {
    const places = faultsOf({
      service: { replicas: { min: 3 } },
      environment: { services: { web: { cpu: 512 } } },
    }).map((fault) => `${fault.file} ${fault.path}`);
    expect(places).toEqual([`${SERVICE_FILE} $.replicas.min`]);
  });
});

describe("loadProject with files that cannot be read", () => {
  const only = (patch: Parameters<typeof faultsOf>[0]) => {
    const faults = faultsOf(patch);
    expect(faults).toHaveLength(1);
    return faults[0];
  };

  it("refuses an environment that does not exist, and lists those that do", () => {
    const files = { "config/environments/prod.json": "{}" };
    expect(only({ load: "staging", files })).toEqual({
      file: "config/environments",
      path: "$",
      given: '"staging"',
      problem: 'there is no environment "staging"',
      allowed: '"prod", "test"',
      mend: "set ENVIRONMENT to one of these, or write a file for a new one into this folder",
    });
  });

  it("refuses a misspelt environment with the one that was meant", () => {
    expect(only({ load: "tset" })?.mend).toBe('did you mean "test"?');
  });

  it("refuses an environment that is a path", () => {
    expect(only({ load: "../environments/test" })?.problem).toBe('there is no environment "../environments/test"');
  });

  it("refuses a project without environments", () => {
    expect(only({ files: { [ENVIRONMENT_FILE]: undefined } })?.allowed).toBe(
      "nothing: the folder holds no environment",
    );
  });

  it("refuses an environment file that is not JSON, with line and column", () => {
    expect(only({ files: { [ENVIRONMENT_FILE]: '{\n  "region": "us-east-1",\n}' } })).toEqual({
      file: ENVIRONMENT_FILE,
      path: "$",
      given: "line 2, column 24",
      problem: 'is not JSON: "," after the last member',
      allowed: "JSON: keys and texts in double quotes, commas between members only, no comments, no key twice",
      mend: "correct line 2 at column 24",
    });
  });

  it("refuses a service file that is not JSON, and still checks the rest", () => {
    const faults = faultsOf({ environment: { removal: "no" }, files: { [SERVICE_FILE]: "{" } });
    expect(faults.map((fault) => `${fault.file} ${fault.path} ${fault.given}`)).toEqual([
      `${SERVICE_FILE} $ line 1, column 2`,
      `${ENVIRONMENT_FILE} $.removal "no"`,
    ]);
  });

  it("refuses a service file that holds a list", () => {
    expect(only({ files: { [SERVICE_FILE]: "[]" } })).toEqual({
      file: SERVICE_FILE,
      path: "$",
      given: "[]",
      problem: "is a list",
      allowed: "an object",
      mend: "write an object",
    });
  });

  it("refuses a package in apps/ without a service.json", () => {
    expect(only({ files: { "apps/cart/package.json": "{}" } })).toEqual({
      file: "apps/cart/service.json",
      path: "$",
      given: "nothing",
      problem: "the file is missing",
      allowed: "a JSON file",
      mend: "write the file",
    });
  });

  it("refuses a folder in the place of a file", () => {
    const files = { [SERVICE_FILE]: undefined, "apps/web/service.json/x": "" };
    expect(only({ files })?.problem).toBe("the file cannot be read (EISDIR)");
  });

  it("refuses a project without services", () => {
    expect(only({ files: { [SERVICE_FILE]: undefined } })).toEqual({
      file: "apps",
      path: "$",
      given: "nothing",
      problem: "there is no service",
      allowed: "one folder for each service, with a service.json in it",
      mend: "write apps/<service>/service.json",
    });
  });

  it("refuses a service of a system that does not exist, which nothing would deploy", () => {
    expect(only({ service: { system: "shpo" }, systems: ["shop", "bank"] })).toEqual({
      file: SERVICE_FILE,
      path: "$.system",
      given: '"shpo"',
      problem: 'there is no system "shpo"',
      allowed: '"shop", "bank"',
      mend: 'did you mean "shop"?',
    });
  });

  it("refuses an override for a service that does not exist", () => {
    expect(only({ environment: { services: { wbe: { cpu: 512 } } } })).toEqual({
      file: ENVIRONMENT_FILE,
      path: "$.services.wbe",
      given: '{"cpu":512}',
      problem: 'there is no service "wbe"',
      allowed: '"web"',
      mend: 'did you mean "web"?',
    });
  });

  it("refuses an override of what cannot be overridden", () => {
    expect(only({ environment: { services: { web: { port: 1 } } } })).toEqual({
      file: ENVIRONMENT_FILE,
      path: "$.services.web.port",
      given: "1",
      problem: '"port" is not a key that is known here',
      allowed:
        '"cpu", "memory", "replicas", "scaling", "healthCheck", "alarms", "routes", "internalRoutes", "deployment", "database", "deregistrationDelaySeconds", "stopTimeoutSeconds", "environment", "secrets"',
      mend: "remove it",
    });
  });

  it("refuses an override of what a deployment by ECS does not have", () => {
    const service = { deployment: { controller: "ECS" } };
    expect(only({ service, environment: { services: { web: { deployment: { bakeMinutes: 9 } } } } })).toEqual({
      file: ENVIRONMENT_FILE,
      path: "$.services.web.deployment.bakeMinutes",
      given: "9",
      problem: '"bakeMinutes" does not go with the other values here',
      allowed: '"controller", "strategy", "bakeMinutes"',
      mend: "remove it",
    });
  });

  it("refuses an override of a part that the service does not have", () => {
    expect(only({ environment: { services: { web: { deployment: { bakeMinutes: 9 } } } } })).toEqual({
      file: ENVIRONMENT_FILE,
      path: "$.services.web.deployment",
      given: '{"bakeMinutes":9}',
      problem: 'apps/web/service.json has no "deployment" that this could change',
      allowed: "what the service has",
      mend: 'remove it here, or add "deployment" to apps/web/service.json',
    });
  });

  it("refuses an unknown key with the one that was meant", () => {
    expect(only({ service: { routes: { path: ["/x"] } } })).toEqual({
      file: SERVICE_FILE,
      path: "$.routes.path",
      given: '["/x"]',
      problem: '"path" is not a key that is known here',
      allowed: '"default", "priority", "paths", "hosts", "sourceCidrs"',
      mend: 'did you mean "paths"?',
    });
  });

  it("refuses a missing key", () => {
    expect(only({ service: { port: undefined } })).toEqual({
      file: SERVICE_FILE,
      path: "$.port",
      given: "nothing",
      problem: '"port" is missing',
      allowed: "a whole number from 1 to 65535",
      mend: 'add "port": a whole number from 1 to 65535',
    });
  });

  it("refuses a number in quotes", () => {
    expect(only({ service: { port: "5000" } })).toEqual({
      file: SERVICE_FILE,
      path: "$.port",
      given: '"5000"',
      problem: "is a text",
      allowed: "a whole number from 1 to 65535",
      mend: "write the number without quotes",
    });
  });

  it("refuses a number with a fraction", () => {
    expect(only({ service: { port: 50.5 } })?.problem).toBe("is a number with a fraction");
  });

  it("refuses a launch type in small letters with the one that was meant", () => {
    expect(only({ service: { launchType: "fargate" } })).toEqual({
      file: SERVICE_FILE,
      path: "$.launchType",
      given: '"fargate"',
      problem: "is none of the values allowed",
      allowed: '"EC2" or "FARGATE"',
      mend: 'did you mean "FARGATE"?',
    });
  });
});
