import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { loadProject } from "../../config/load";
import { type Generation, generateProject, groupOf, nameOf } from "./generate";

const ROOT = resolve(import.meta.dirname, "../..");
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function generate(options: Omit<Generation, "root" | "folder">): string {
  const folder = mkdtempSync(join(tmpdir(), "scale-"));
  folders.push(folder);
  generateProject({ root: ROOT, folder, ...options });
  return folder;
}

/** Every file of a folder, with its text. */
const filesOf = (folder: string) =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [file.slice(folder.length), readFileSync(file, "utf8")]),
  );

const countsOf = (names: readonly string[]) =>
  Object.fromEntries([...new Set(names)].map((name) => [name, names.filter((other) => other === name).length]));

const load = (folder: string) => loadProject({ root: folder, environment: "local" });

describe("a generated project", () => {
  it("is the same each time", () => {
    expect(filesOf(generate({ services: 12 }))).toEqual(filesOf(generate({ services: 12 })));
  });

  it("has more files for more services, and the others as they were", () => {
    const [few, many] = [filesOf(generate({ services: 7 })), filesOf(generate({ services: 60 }))];
    expect(many.size - few.size).toBe(53);
    for (const [file, text] of few) expect(many.get(file), file).toBe(text);
  });

  it("replaces what the folder held", () => {
    const folder = generate({ services: 3 });
    generateProject({ root: ROOT, folder, services: 2 });
    expect(readdirSync(join(folder, "apps"))).toEqual(["service-0000", "service-0001"]);
  });

  it("passes every check of the configuration, in groups of fifty unless told otherwise", () => {
    const { services } = load(generate({ services: 120 }));
    expect(services.map(({ name }) => name)).toEqual(Array.from({ length: 120 }, (_, index) => nameOf(index)));
    expect(countsOf(services.map(({ group }) => group ?? ""))).toEqual({ "team-00": 50, "team-01": 50, "team-02": 20 });
  });

  it("has half of its services on instances and half on Fargate", () => {
    const { services } = load(generate({ services: 10 }));
    expect(services.filter(({ launchType }) => launchType === "EC2")).toHaveLength(5);
    expect(services.filter(({ launchType }) => launchType === "FARGATE")).toHaveLength(5);
  });

  it("has the rules of a group on one load balancer, as many as that takes", () => {
    const { services } = load(generate({ services: 100, servicesPerGroup: 100 }));
    expect(Math.max(...services.map(({ routes }) => routes.priority ?? 0))).toBe(1_000);
    expect(new Set(services.map(({ routes }) => routes.priority)).size).toBe(100);
  });
});

describe("the names of generated services and groups", () => {
  it("have the same length whatever their number, so that their order is that of the numbers", () => {
    expect([nameOf(0), nameOf(999)]).toEqual(["service-0000", "service-0999"]);
    expect([groupOf(49, 50), groupOf(50, 50), groupOf(999, 50)]).toEqual(["team-00", "team-01", "team-19"]);
  });
});
