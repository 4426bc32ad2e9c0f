import { describe, expect, it } from "vitest";
import { ENVIRONMENT_FILE, faultsOf, load, SERVICE_FILE } from "../testing/project";

const DNS = { hostedZone: "example.com", recordNames: { shop: "app" }, tls: true };
const LIVE = {
  region: "us-east-1",
  state: { backend: "local" },
  removal: "retain",
  network: { cidr: "10.1.0.0/16", availabilityZones: ["us-east-1a", "us-east-1b"], nat: "single" },
  ec2: { instanceTypes: ["t3.small"], maxInstances: 4 },
};
const faults = (pipelines: object, { live = {}, environment = {} }: { live?: object; environment?: object } = {}) =>
  faultsOf({
    environment: { pipelines: { production: "live", ...pipelines }, ...environment },
    files: { "config/environments/live.json": JSON.stringify({ ...LIVE, ...live }) },
  });

describe("the pipelines of an environment", () => {
  it("are optional", () => {
    expect(load().environment.pipelines).toBeUndefined();
  });

  it("lead to another environment of the same account and Region", () => {
    expect(faults({ approvers: ["ops@example.com"] })).toEqual([]);
    const account = { accountId: "123456789012" };
    expect(faults({}, { live: account, environment: account })).toEqual([]);
  });

  it("refuse an environment that there is not", () => {
    expect(faults({ production: "lvie" })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.pipelines.production",
        given: '"lvie"',
        problem: 'there is no environment "lvie"',
        allowed: '"live"',
        mend: 'did you mean "live"?',
      },
    ]);
  });

  it("refuse the environment itself", () => {
    expect(faults({ production: "test" })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.pipelines.production",
        given: '"test"',
        problem: "is this environment itself: nothing would be tried before it is approved",
        allowed: '"live"',
        mend: "name another environment",
      },
    ]);
  });

  it.each<[string, object, string]>([
    ["Region", { region: "eu-west-1" }, '"live" has another "region": "eu-west-1", and not "us-east-1"'],
    ["account", { accountId: "210987654321" }, '"live" has another "accountId": "210987654321", and not none'],
  ])("refuse an environment of another %s", (_, live, problem) => {
    const [key] = Object.keys(live);
    expect(faults({}, { live })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.pipelines.production",
        given: '"live"',
        problem,
        allowed: "an environment of the same account and Region: a pipeline deploys to both",
        mend: `write the same "${key}" in both, or name another environment`,
      },
    ]);
  });

  it("refuse to lead from an emulator to AWS", () => {
    const account = { accountId: "123456789012" };
    expect(
      faults({}, { live: account, environment: { emulated: true, ...account } }).map(({ problem }) => problem),
    ).toEqual(['"live" has another "emulated": false, and not true']);
  });

  it("refuse one domain of mail for both, of which SES has one identity", () => {
    const mail = { domain: "example.com", sender: "no-reply@example.com" };
    const both = { mail, dns: DNS };
    expect(faults({}, { live: both, environment: both })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.mail.domain",
        given: '"example.com"',
        problem: 'is the domain of "live", too, and SES has one identity for a domain in an account and Region',
        allowed: "a domain of its own for each of the two",
        mend: 'write for example "dev.example.com"',
      },
    ]);
  });

  it("refuse an approver who is no mail address, and one twice", () => {
    const problems = (approvers: readonly string[]) =>
      faults({ approvers }).map(({ path, problem }) => [path, problem]);
    expect(problems(["ops"])).toEqual([["$.pipelines.approvers[0]", "is not a mail address"]]);
    expect(problems(["a@b.example", "a@b.example"])).toEqual([
      ["$.pipelines.approvers[1]", 'the address "a@b.example" is given twice, first as number 1 of the list'],
    ]);
  });

  it("may be of a repository on GitHub, whose branch is main unless it is named", () => {
    const github = { repository: "octo-org/shop.js" };
    expect(faults({ github })).toEqual([]);
    expect(faults({ github: { ...github, branch: "release/1.x" } })).toEqual([]);
  });

  it.each([
    ["https://github.com/octo-org/shop", 'write "octo-org/shop"'],
    ["git@github.com:octo-org/shop.git", 'write "octo-org/shop"'],
    ["shop", "write them as its address has them after github.com/"],
  ])("refuse %s as a repository on GitHub", (repository, mend) => {
    expect(faults({ github: { repository } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.pipelines.github.repository",
        given: JSON.stringify(repository),
        problem: "is not a repository of GitHub",
        allowed: "owner and name as GitHub writes them, without .git, such as octo-org/shop",
        mend,
      },
    ]);
  });

  it.each(["release/*", "a..b", "-main", "main.lock", "a//b"])("refuse %s as a branch", (branch) => {
    expect(faults({ github: { repository: "octo-org/shop", branch } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.pipelines.github.branch",
        given: JSON.stringify(branch),
        problem: "is not the name of a branch",
        allowed: "the name of one branch: letters, digits and . _ -, joined by single /",
        mend: 'write for example "main"',
      },
    ]);
  });

  it("say nothing of the other environment's own faults", () => {
    expect(faults({}, { live: { region: 5 } })).toEqual([]);
  });
});

describe("a service with a pipeline from source", () => {
  it("refuses CodeDeploy as its controller", () => {
    expect(faultsOf({ service: { pipeline: true, deployment: { controller: "CODE_DEPLOY" } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.pipeline",
        given: "true",
        problem:
          "a pipeline from source deploys by ECS, and CodeDeploy's blue/green deployments have a pipeline of their own",
        allowed: '"pipeline": true with "deployment.controller" "ECS"',
        mend: 'write "pipeline": false, or "controller": "ECS"',
      },
    ]);
  });
});
