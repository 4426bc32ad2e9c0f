import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateProject, nameOf } from "./generate";
import { type Synthesis, synthesise } from "./synthesis";

const ROOT = join(import.meta.dirname, "../..");
const SERVICES = 60;
const SERVICES_PER_GROUP = 25;

interface Document {
  readonly resource: Readonly<Record<string, Readonly<Record<string, { readonly name?: string }>>>>;
}

describe("sixty generated services in groups of twenty-five", () => {
  const folder = mkdtempSync(join(tmpdir(), "synthesis-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const namesOf = (stack: string, type: string) => {
    const document = JSON.parse(readFileSync(join(folder, "out/stacks", stack, "cdk.tf.json"), "utf8")) as Document;
    return Object.values(document.resource[type] ?? {}).map(({ name }) => name);
  };
  let synthesis: Synthesis;

  beforeAll(async () => {
    generateProject({ root: ROOT, folder, services: SERVICES, servicesPerGroup: SERVICES_PER_GROUP });
    synthesis = await synthesise(ROOT, folder);
  });

  it("are a stack for each group", () => {
    const stacks = readdirSync(join(folder, "out/stacks"));
    expect(stacks.filter((stack) => stack.startsWith("jenkins-ecs-"))).toEqual([
      "jenkins-ecs-team-00",
      "jenkins-ecs-team-01",
      "jenkins-ecs-team-02",
    ]);
    expect(synthesis.stacks).toBe(stacks.length);
  });

  it.each([
    ["jenkins-ecs-team-00", 0, 25],
    ["jenkins-ecs-team-01", 25, 50],
    ["jenkins-ecs-team-02", 50, 60],
  ])("are, in the stack %s, those from %d to %d behind one load balancer", (stack, first, end) => {
    const expected = Array.from({ length: end - first }, (_, index) => nameOf(first + index));
    expect(namesOf(stack, "aws_ecs_service").sort()).toEqual(expected);
    expect(namesOf(stack, "aws_lb")).toEqual([`${stack}-local`]);
  });

  it("have what was measured", () => {
    expect(synthesis.resources).toBeGreaterThan(10 * SERVICES);
    expect(synthesis.jsonMiB).toBeGreaterThan(0.5);
    expect(synthesis.memoryMiB).toBeGreaterThan(40);
    expect(synthesis.seconds).toBeGreaterThan(0);
  });
});
