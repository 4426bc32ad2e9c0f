import { describe, expect, it } from "vitest";
import { faultsOf, load, OTHER_FILE } from "../testing/project";

const faults = (app: string, files: Readonly<Record<string, string>> = {}) => faultsOf({ other: { app }, files });

describe("the app of a service", () => {
  it("is its own folder unless it says so", () => {
    expect(load().services.map(({ app }) => app)).toEqual([undefined]);
  });

  it("may be another folder, of its system or of another", () => {
    expect(load({ other: { app: "web" } }).services.map(({ app }) => app)).toEqual(["web", undefined]);
    expect(faultsOf({ other: { app: "web", system: "bank" } })).toEqual([]);
  });

  it("refuses a folder that there is not, and says which was meant", () => {
    expect(faults("wbe")).toEqual([
      {
        file: OTHER_FILE,
        path: "$.app",
        given: '"wbe"',
        problem: 'there is no application "wbe"',
        allowed: '"web"',
        mend: 'did you mean "web"?',
      },
    ]);
  });

  it("refuses what the applications share, which is no service", () => {
    expect(faults("kit", { "apps/kit/package.json": "{}" })).toMatchObject([
      { path: "$.app", problem: 'there is no application "kit"', mend: "name one of these, or remove it" },
    ]);
  });

  it("refuses the service itself", () => {
    expect(faults("other")).toEqual([
      {
        file: OTHER_FILE,
        path: "$.app",
        given: '"other"',
        problem: "is the service's own folder, whose image it runs anyway",
        allowed: "another folder of apps/",
        mend: "remove it",
      },
    ]);
  });

  it("refuses a service that runs another's image itself", () => {
    const third = { name: "third", app: "other", system: "shop", launchType: "EC2", port: 1, cpu: 256, memory: 512 };
    const rest = { replicas: { desired: 1, min: 1, max: 1 }, routes: { priority: 300, paths: ["/third"] } };
    expect(faults("web", { "apps/third/service.json": JSON.stringify({ ...third, ...rest }) })).toEqual([
      {
        file: "apps/third/service.json",
        path: "$.app",
        given: '"other"',
        problem: '"other" runs the image of "web" itself',
        allowed: '"web"',
        mend: 'write "web"',
      },
    ]);
  });

  it.each([
    ["a package", "package.json"],
    ["sources", "src/main.ts"],
    ["a Dockerfile", "Dockerfile"],
  ])("refuses a folder with %s of its own", (_, file) => {
    const entry = file.split("/")[0];
    expect(faults("web", { [`apps/other/${file}`]: "{}" })).toEqual([
      {
        file: OTHER_FILE,
        path: "$.app",
        given: '"web"',
        problem: `the folder holds an application of its own (${entry}), which nobody would run`,
        allowed: '"app" in a folder that holds nothing but service.json',
        mend: `remove "app", or ${entry}`,
      },
    ]);
  });
});
