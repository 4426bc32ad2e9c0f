import { describe, expect, it } from "vitest";
import { loadProject, type Project } from "../../config/load";
import type { Service } from "../../config/service";
import { changeOfEnvironment, type KnownChange } from "./environment-change";
import { EVERYTHING, NOTHING, type Scope } from "./scope";
import { stacksOf } from "./stacks";
import type { Affected } from "./touch";

const DEV = loadProject({ root: process.cwd(), environment: "dev" });

const namesOf = (list: readonly Affected[]) => list.map(({ name }) => name);
const allStacks = (project: Project) =>
  stacksOf(project)
    .map(({ name }) => name)
    .sort();

/** What changed files and the configuration touch in dev. */
const touched = (change: Partial<KnownChange>) =>
  changeOfEnvironment({ after: DEV, scopes: new Map(), configuration: UNCHANGED, ...change });

const UNCHANGED = { before: DEV, environment: false, services: [] };

const file = (name: string, scope: Partial<Scope>) => new Map([[name, { ...NOTHING, ...scope }]]);

const serviceOf = (name: string): Service => {
  const found = DEV.services.find((service) => service.name === name);
  if (!found) throw new Error(`there is no service ${name}`);
  return found;
};

/** A change of a service's fields. */
const changed = (name: string, ...fields: readonly string[]) => ({
  configuration: {
    ...UNCHANGED,
    services: [{ before: serviceOf(name), after: serviceOf(name), fields: new Set(fields) }],
  },
});

describe("what changed files touch in an environment", () => {
  it("is nothing where they touch nothing", () => {
    const nothing = { stacks: [], removedStacks: [], images: [], releases: [], pipelines: [] };
    expect(touched({ scopes: file("README.md", {}) })).toEqual(nothing);
  });

  it("is the image of each service that runs the application, its release, and what releases it", () => {
    const { images, releases, pipelines, stacks } = touched({
      scopes: file("apps/service-b/src/main.ts", { images: new Set(["service-b"]) }),
    });
    expect(images).toEqual([
      { name: "service-b", why: ["apps/service-b/src/main.ts"] },
      { name: "service-b-api", why: ["apps/service-b/src/main.ts"] },
    ]);
    expect(releases).toEqual(images);
    expect(namesOf(pipelines)).toEqual([
      "public-api-dev-service-b-api-github",
      "public-api-dev-service-b-api-pr",
      "release/service-b",
      "release/service-b-api",
    ]);
    expect(stacks).toEqual([]);
  });

  it("is a pipeline of AWS for each service that has one, whoever makes it", () => {
    const { pipelines } = touched({ scopes: file("x", { images: new Set(["customer", "notification"]) }) });
    expect(namesOf(pipelines)).toEqual([
      "coffee-suppliers-dev-customer",
      "release/customer",
      "release/notification",
      "user-notifications-dev-notification",
    ]);
  });

  it("is a stack with those that it reads and that read it, and its pipelines", () => {
    const { stacks, pipelines } = touched({ scopes: file("stacks/mail.ts", { stacks: new Set(["mail"]) }) });
    const systems = ["coffee-suppliers", "jenkins-ecs", "public-api", "user-notifications"];
    expect(namesOf(stacks)).toEqual(["coffee-suppliers", "jenkins-ecs", "mail", ...systems.slice(2)]);
    expect(pipelines).toEqual([]);
    const one = touched({ scopes: file("stacks/jenkins-ecs.ts", { stacks: new Set(["jenkins-ecs"]) }) });
    expect(namesOf(one.stacks)).toEqual(["jenkins-ecs", "mail", "network", "public-api", "registry"]);
    const made = touched({
      scopes: file("stacks/user-notifications-pipelines.ts", { stacks: new Set(["user-notifications-pipelines"]) }),
    });
    expect(namesOf(made.stacks)).toEqual(["user-notifications-pipelines"]);
    expect(namesOf(made.pipelines)).toEqual([
      "user-notifications-dev-notification",
      "user-notifications-dev-user-management",
    ]);
  });

  it("is each job of Jenkins where they are what the jobs do, and nothing to release", () => {
    const { pipelines, releases } = touched({ scopes: file("jenkins/Jenkinsfile", { jenkins: true }) });
    expect(namesOf(pipelines)).toEqual(DEV.services.map(({ name }) => `release/${name}`));
    expect(releases).toEqual([]);
  });

  it("is everything where nothing explains them", () => {
    const { stacks, images, releases } = touched({ scopes: file("settings.toml", EVERYTHING) });
    expect(namesOf(stacks)).toEqual(allStacks(DEV));
    expect(namesOf(images)).toEqual(DEV.services.map(({ name }) => name));
    expect(releases).toEqual(images);
  });

  it("has the stacks of a system's groups with that system's file", () => {
    const services = DEV.services.map((one) => (one.name === "service-a" ? { ...one, group: "care" } : one));
    const { stacks } = touched({
      after: { ...DEV, services },
      scopes: file("stacks/jenkins-ecs.ts", { stacks: new Set(["jenkins-ecs"]) }),
    });
    expect(namesOf(stacks)).toEqual(expect.arrayContaining(["jenkins-ecs", "jenkins-ecs-care"]));
  });

  it("names each file once, in order", () => {
    const scopes = new Map([...file("b", { images: new Set(["service-a"]) }), ...file("a", { images: "all" })]);
    expect(touched({ scopes }).images.find(({ name }) => name === "service-a")?.why).toEqual(["a", "b"]);
  });
});

describe("what the configuration touches in an environment", () => {
  it("is the stack of a service and its release, for what only its own stack is made of", () => {
    const { stacks, releases, images, pipelines } = touched(changed("service-a", "cpu", "environment"));
    expect(stacks).toEqual([{ name: "jenkins-ecs", why: ["apps/service-a/service.json"] }]);
    expect(namesOf(releases)).toEqual(["service-a"]);
    expect(namesOf(pipelines)).toEqual(["release/service-a"]);
    expect(images).toEqual([]);
  });

  it("is the registry, what the stack reads, the API and the pipelines, for anything else", () => {
    const { stacks } = touched(changed("service-b-api", "routes"));
    expect(namesOf(stacks)).toEqual(["mail", "network", "public-api", "public-api-pipelines", "registry"]);
    const { stacks: mailing } = touched(changed("notification", "pipeline"));
    expect(namesOf(mailing)).toEqual([
      "mail",
      "network",
      "public-api",
      "registry",
      "user-notifications",
      "user-notifications-pipelines",
    ]);
  });

  it("is an image where a service runs another application's, or is new", () => {
    expect(namesOf(touched(changed("service-b-api", "app")).images)).toEqual(["service-b-api"]);
    const added = { before: undefined, after: serviceOf("service-a"), fields: new Set(["name", "cpu"]) };
    const { images, stacks } = touched({ configuration: { ...UNCHANGED, services: [added] } });
    expect(namesOf(images)).toEqual(["service-a"]);
    expect(namesOf(stacks)).toEqual(expect.arrayContaining(["jenkins-ecs", "registry"]));
  });

  it("is no release of a service that is gone, and its group's stack as removed", () => {
    const gone = { ...serviceOf("service-a"), group: "care" };
    const change = { before: gone, after: undefined, fields: new Set(["name"]) };
    const before = { ...DEV, services: [...DEV.services.filter(({ name }) => name !== gone.name), gone] };
    const after = { ...DEV, services: DEV.services.filter(({ name }) => name !== gone.name) };
    const touchedNow = touched({ after, configuration: { before, environment: false, services: [change] } });
    expect(touchedNow.removedStacks).toEqual([{ name: "jenkins-ecs-care", why: ["apps/service-a/service.json"] }]);
    expect(namesOf(touchedNow.stacks)).not.toContain("jenkins-ecs-care");
    expect(namesOf(touchedNow.stacks)).toContain("registry");
    expect(touchedNow.releases).toEqual([]);
  });

  it("is all stacks and all releases of an environment that says something else, and no image", () => {
    const { stacks, releases, images } = touched({ configuration: { ...UNCHANGED, environment: true } });
    expect(stacks[0]).toEqual({ name: "coffee-suppliers", why: ["config/environments/dev.json"] });
    expect(namesOf(stacks)).toEqual(allStacks(DEV));
    expect(releases).toHaveLength(DEV.services.length);
    expect(images).toEqual([]);
  });

  it("names the file that says a service otherwise: its own, the environment's, or both", () => {
    const [own, environment] = ["apps/service-a/service.json", "config/environments/dev.json"];
    const why = (...files: readonly string[]) =>
      touched({ ...changed("service-a", "cpu"), scopes: new Map(files.map((name) => [name, NOTHING])) }).stacks[0]?.why;
    expect(why(environment)).toEqual([environment]);
    expect(why(own, environment)).toEqual([own, environment]);
  });

  it("is everything where it is not known how it was", () => {
    const { stacks, images } = touched({ configuration: undefined });
    expect(namesOf(stacks)).toEqual(allStacks(DEV));
    expect(images[0]?.why).toEqual(["config/environments/dev.json"]);
  });

  it("touches the pipelines that take services on to the environment which says something else", () => {
    const stacksWith = (configuration: KnownChange["configuration"]) =>
      namesOf(touched({ production: { name: "prod", configuration } }).stacks);
    expect(stacksWith(UNCHANGED)).toEqual([]);
    expect(stacksWith(undefined)).toEqual(["user-notifications-pipelines"]);
    expect(stacksWith({ ...UNCHANGED, environment: true })).toEqual(["user-notifications-pipelines"]);
    expect(stacksWith(changed("notification", "database").configuration)).toEqual(["user-notifications-pipelines"]);
    expect(stacksWith(changed("notification", "cpu").configuration)).toEqual([]);
    expect(stacksWith(changed("service-a", "launchType").configuration)).toEqual([]);
  });
});
