import { readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { temporaryFolder } from "../../tools/testing/temporary-folder";
import { testLifetime } from "../../tools/testing/test-lifetime";
import { serveForTest } from "../../tools/testing/test-server";
import { viewTask } from "../agent/agent.fixtures";
import type { View } from "../cloud/view";
import { Forwarders } from "./forwarders";
import { Names } from "./names";

const NAME = "mail.shop.internal";

const AT_MACHINE = { address: "127.1.0.1", port: 8096 };

const AT_CONTAINERS = { address: "172.17.0.5", port: 8096 };

/** A task that runs, as the agent has it. */
function runningTask(id: string) {
  return {
    view: viewTask(id),
    placeOf: (_container: string, _port: number, from: "machine" | "containers") =>
      from === "machine" ? AT_MACHINE : AT_CONTAINERS,
  };
}

function viewWith(ids: readonly string[], desired: "run" | "stop" = "run"): Pick<View, "names" | "tasks"> {
  const targets = ids.map((id) => ({ task: viewTask(id).arn, container: "mail", containerPort: 8096 }));
  return {
    names: [{ name: NAME, type: "A", targets }],
    tasks: ids.map((id) => viewTask(id, { desired })),
  };
}

function namesOf({ localPort = 40_123, containers = false } = {}) {
  const folder = temporaryFolder();
  const lifetime = testLifetime();
  const onFault = vi.fn();
  const names = new Names({
    lifetime,
    tasks: () => [runningTask("a"), runningTask("b")],
    listeners: () => [],
    others: [{ hosts: ["169.254.170.2"], port: 80, localPort }],
    onFault,
    file: join(folder, "names.json"),
    ...(containers && {
      containers: { folder: join(folder, "containers"), forwarders: new Forwarders(lifetime, "127.0.0.1") },
    }),
  });
  const read = (file = "names.json") => JSON.parse(readFileSync(join(folder, file), "utf8"));
  return { names, lifetime, read, folder, onFault };
}

describe("the names of a run", () => {
  it("are in a file from the beginning, and follow the view", () => {
    const { names, read } = namesOf();
    expect(read()).toEqual({ names: {}, endpoints: {}, namespaces: [] });
    names.update(viewWith(["a"]));
    expect(read()).toEqual({
      names: { [NAME]: [{ address: "127.1.0.1" }] },
      endpoints: { "169.254.170.2:80": [{ address: "127.0.0.1", port: 40_123 }] },
      namespaces: ["shop.internal"],
    });
  });

  it("lead to no task that is to stop, and to none that is gone", () => {
    const { names, read } = namesOf();
    names.update(viewWith(["a", "gone"], "stop"));
    expect(read().names).toEqual({ [NAME]: [] });
    names.update(viewWith(["gone"]));
    expect(read().names).toEqual({ [NAME]: [] });
  });

  it("keep the namespace when its last name is gone", () => {
    const { names, read } = namesOf();
    names.update(viewWith(["a"]));
    names.update({ names: [], tasks: [] });
    expect(read()).toMatchObject({ names: {}, namespaces: ["shop.internal"] });
  });

  it("are not written any more when the run ends", () => {
    const { names, lifetime, read } = namesOf();
    lifetime.interrupt();
    names.update(viewWith(["a"]));
    expect(read().names).toEqual({});
  });

  it("have other addresses for containers, beside the module that reads them, for everybody to read", async () => {
    const umask = process.umask(0o077);
    onTestFinished(() => void process.umask(umask));
    const localPort = await serveForTest(createServer((_request, response) => response.end("here")));
    const { names, read, folder, onFault } = namesOf({ containers: true, localPort });
    names.update(viewWith(["a"]));
    await expect
      .poll(() => read("containers/names.json").names)
      .toEqual({ [NAME]: [{ address: AT_CONTAINERS.address }] });
    const [{ address, port }] = read("containers/names.json").endpoints["169.254.170.2:80"];
    expect(port).not.toBe(localPort);
    expect(await (await fetch(`http://${address}:${port}/`)).text()).toBe("here");
    for (const [file, mode] of [
      ["containers", 0o755],
      ["containers/names.json", 0o644],
      ["containers/use-names.mjs", 0o644],
    ] as const)
      expect(statSync(join(folder, file)).mode & 0o777, file).toBe(mode);
    expect(onFault).not.toHaveBeenCalled();
  });
});
