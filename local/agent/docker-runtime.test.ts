import { describe, expect, it } from "vitest";
import { createArguments, severalLines } from "./docker-runtime";
import type { ContainerSpec } from "./runtime";

const SPEC: ContainerSpec = {
  taskArn: "arn:task/1",
  name: "cart",
  definition: { name: "cart", image: "registry/cart:1" },
  environment: { PASSWORD: "hunter2" },
  host: "127.5.6.7",
  ports: [{ containerPort: 5000, hostPort: 32_768 }],
  log: "/logs/cart",
};

const OPTIONS = { run: "17-run", environmentFile: "/tmp/environment" };

function argumentsOf(definition: ContainerSpec["definition"], given: Partial<ContainerSpec> = {}) {
  const spec = { ...SPEC, ...given, definition: { ...SPEC.definition, ...definition } };
  return createArguments(spec, OPTIONS).slice(6);
}

describe("the arguments of a container", () => {
  it("name the run, the task, the image and the ports, and no value of the environment", () => {
    expect(createArguments(SPEC, OPTIONS)).toEqual([
      "create",
      "--pull=never",
      "--label=express-on-ecs.run=17-run",
      "--label=express-on-ecs.task=arn:task/1",
      "--log-driver=json-file",
      "--log-opt=max-size=50m",
      "--log-opt=max-file=2",
      "--env-file=/tmp/environment",
      "--publish=127.5.6.7:32768:5000",
      "registry/cart:1",
    ]);
  });

  it("hold what the definition says of user, root, init, file systems and limits", () => {
    const definition: ContainerSpec["definition"] = {
      user: "1000",
      workingDirectory: "/app",
      readonlyRootFilesystem: true,
      memoryReservation: 128,
      cpu: 256,
      linuxParameters: {
        initProcessEnabled: true,
        tmpfs: [{ containerPath: "/tmp", size: 16, mountOptions: ["noexec"] }],
      },
      ulimits: [{ name: "nofile", softLimit: 1024, hardLimit: 4096 }],
    };
    expect(argumentsOf(definition, { memoryMiB: 512 })).toEqual([
      "--log-opt=max-file=2",
      "--env-file=/tmp/environment",
      "--publish=127.5.6.7:32768:5000",
      "--memory=512m",
      "--memory-swap=512m",
      "--memory-reservation=128m",
      "--cpu-shares=256",
      "--user=1000",
      "--workdir=/app",
      "--read-only",
      "--init",
      "--tmpfs=/tmp:size=16m,noexec",
      "--ulimit=nofile=1024:4096",
      "registry/cart:1",
    ]);
  });

  it("mount the folder of names where there is one, and nothing can write into it", () => {
    expect(createArguments(SPEC, OPTIONS).join(" ")).not.toContain("--mount");
    expect(createArguments(SPEC, { ...OPTIONS, names: "/run-folder/names" })).toContain(
      "--mount=type=bind,readonly,source=/run-folder/names,target=/run/express-on-ecs-names",
    );
  });

  it("hold the size of a Fargate task as a limit", () => {
    expect(argumentsOf({ cpu: 256 }, { cpus: 0.5 })).toContain("--cpus=0.5");
    expect(argumentsOf({ cpu: 256 }, { cpus: 0.5 })).not.toContain("--cpu-shares=256");
  });

  it("replace command and entry point as Docker does", () => {
    expect(argumentsOf({ command: ["node", "migrate.js"] }).slice(-3)).toEqual([
      "registry/cart:1",
      "node",
      "migrate.js",
    ]);
    expect(argumentsOf({ entryPoint: ["sh", "-c"], command: ["exit 3"] }).slice(-4)).toEqual([
      "--entrypoint=sh",
      "registry/cart:1",
      "-c",
      "exit 3",
    ]);
  });
});

describe("values of several lines", () => {
  it("are named without their value", () => {
    const environment = { KEY: "one\ntwo", PASSWORD: "hunter2" };
    expect(severalLines(environment)).toEqual({ KEY: "one\ntwo" });
    expect(argumentsOf({}, { environment }).slice(1, 4)).toEqual([
      "--env-file=/tmp/environment",
      "--env=KEY",
      "--publish=127.5.6.7:32768:5000",
    ]);
  });
});
