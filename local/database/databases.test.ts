import { describe, expect, it } from "vitest";
import type { Project } from "../../config/load";
import { databasesOf } from "./databases";

type Service = Partial<Project["services"][number]>;

const USER = { access: "write", connectionLimit: 5, migrations: true } as const;

function project(services: readonly Service[], pipelines = false): Project {
  const environment = { name: "local", ...(pipelines && { pipelines: { production: "prod", approvers: [] } }) };
  return { environment, services } as unknown as Project;
}

const SHOP: readonly Service[] = [
  { system: "shop", database: USER, pipeline: true },
  { system: "shop", database: USER, pipeline: true },
  { system: "shop" },
];

describe("the databases of a run", () => {
  it.each([
    ["one for all users of a system", project(SHOP), ["shop"], 1],
    ["none of a system without users", project([...SHOP, { system: "bank", pipeline: true }], true), ["bank"], 0],
    [
      "one for each group of a system",
      project([...SHOP, { system: "shop", group: "team", database: USER }]),
      ["shop"],
      2,
    ],
    ["one for each system", project([...SHOP, { system: "bank", database: USER }]), ["shop", "bank"], 2],
    ["only of the systems that are served", project([...SHOP, { system: "bank", database: USER }]), ["bank"], 1],
    ["one more for production, where pipelines lead there", project(SHOP, true), ["shop"], 2],
    [
      "none for production of a system without a pipeline",
      project([{ system: "bank", database: USER, pipeline: false }], true),
      ["bank"],
      1,
    ],
  ])("are %s", (_, given, systems, count) => {
    expect(databasesOf(given, systems)).toBe(count);
  });
});
