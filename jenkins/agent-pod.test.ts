import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const POD = readFileSync(join(import.meta.dirname, "agent-pod.yaml"), "utf8");

const JENKINSFILE = readFileSync(join(import.meta.dirname, "Jenkinsfile"), "utf8");

/** Each container's part of the file, by its name. */
const CONTAINERS = new Map(
  (POD.split(/^ {2}containers:\n/m)[1]?.split(/^ {2}volumes:\n/m)[0] ?? "")
    .split(/^ {4}- name: /m)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf("\n")), text]),
);

describe("the pod of the pipeline", () => {
  it("has a container for each that the Jenkinsfile steps into, and the engine", () => {
    const used = [...JENKINSFILE.matchAll(/(?:container\(|defaultContainer )'([^']+)'/g)].map(([, name]) => name);
    expect([...CONTAINERS.keys()].sort()).toEqual([...new Set(used), "engine"].sort());
  });

  it("runs them all as one user who is not root, for they share the workspace", () => {
    expect(POD.match(/run(AsUser|AsGroup|AsNonRoot): .*|fsGroup: .*/g)).toEqual([
      "runAsNonRoot: true",
      "runAsUser: 1000",
      "runAsGroup: 1000",
      "fsGroup: 1000",
    ]);
  });

  it("holds each to limits, and pins each image", () => {
    for (const [name, text] of CONTAINERS) {
      expect(text, name).toMatch(
        /resources:\n +requests: \{ cpu: \S+, memory: \S+ \}\n +limits: \{ cpu: \S+, memory: \S+ \}/,
      );
      expect(text, name).toMatch(/image: \S+:[\w.-]*\d[\w.-]*\n/);
    }
  });

  it("has nothing of the host: no socket, no path, no network", () => {
    expect(POD).not.toMatch(/hostPath|hostNetwork|hostPID|var\/run\/docker\.sock/);
    const privileged = [...CONTAINERS].filter(([, text]) => text.includes("privileged: true")).map(([name]) => name);
    expect(privileged).toEqual(["engine"]);
  });

  it("keeps containers alive that have no server of their own", () => {
    for (const name of ["node", "aws-cli", "docker"]) {
      expect(CONTAINERS.get(name)).toContain('command: ["sleep"]\n      args: ["infinity"]');
    }
  });
});
