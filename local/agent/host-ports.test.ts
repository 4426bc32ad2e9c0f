import { describe, expect, it } from "vitest";
import { testServer } from "../../tools/testing/test-server";
import { HostPorts } from "./host-ports";

const HOST = "127.0.0.1";

const BUSY = 5001;

/** Asked for a free port: the next one from 40000, each of them twice, as a system may that knows of no listener yet. */
function probe() {
  let asked = 0;
  return async (_host: string, port: number) => {
    if (port === BUSY) return undefined;
    return port === 0 ? 40_000 + Math.floor(asked++ / 2) : port;
  };
}

describe("the host ports of a task", () => {
  it("are the container's where the task has an address of its own", async () => {
    const ports = await new HostPorts(probe()).take("127.5.6.7", "awsvpc", [
      { containerPort: 5000 },
      { containerPort: 9000 },
    ]);
    expect(ports).toEqual([
      { containerPort: 5000, hostPort: 5000 },
      { containerPort: 9000, hostPort: 9000 },
    ]);
  });

  it("are free ones where the container's is taken at the task's own address", async () => {
    expect(await new HostPorts(probe()).take(HOST, "awsvpc", [{ containerPort: BUSY }])).toEqual([
      { containerPort: BUSY, hostPort: 40_000 },
    ]);
  });

  it("are free ones in bridge mode, and never the same for two tasks that both do not listen yet", async () => {
    const hostPorts = new HostPorts(probe());
    const take = async () =>
      (await hostPorts.take(HOST, "bridge", [{ containerPort: 5000, hostPort: 0 }]))[0]?.hostPort;
    expect([await take(), await take(), await take()]).toEqual([40_000, 40_001, 40_002]);
  });

  it("are those that the definition gives", async () => {
    expect(await new HostPorts(probe()).take(HOST, "bridge", [{ containerPort: 5000, hostPort: 8080 }])).toEqual([
      { containerPort: 5000, hostPort: 8080 },
    ]);
    expect(await new HostPorts(probe()).take(HOST, "host", [{ containerPort: 5000 }])).toEqual([
      { containerPort: 5000, hostPort: 5000 },
    ]);
  });

  it("are refused in ECS's words where a given one has another owner, and the others are free again", async () => {
    const hostPorts = new HostPorts(probe());
    const mappings = [
      { containerPort: 80, hostPort: 8080 },
      { containerPort: 81, hostPort: BUSY },
    ];
    const words =
      "CannotStartContainerError: Error response from daemon: driver failed programming external connectivity: Bind for 127.0.0.1:5001 failed: port is already allocated";
    await expect(hostPorts.take(HOST, "bridge", mappings)).rejects.toThrow(words);
    expect(await hostPorts.take(HOST, "bridge", mappings.slice(0, 1))).toHaveLength(1);
    await expect(hostPorts.take(HOST, "bridge", mappings.slice(0, 1))).rejects.toThrow(
      "Bind for 127.0.0.1:8080 failed",
    );
    hostPorts.free(HOST, [{ containerPort: 80, hostPort: 8080 }]);
    expect(await hostPorts.take(HOST, "bridge", mappings.slice(0, 1))).toHaveLength(1);
  });

  it("are those that the system has free", async () => {
    const busy = await testServer((_, response) => response.end());
    const hostPorts = new HostPorts();
    await expect(hostPorts.take(HOST, "bridge", [{ containerPort: 80, hostPort: busy }])).rejects.toThrow("failed");
    const [port] = await hostPorts.take(HOST, "bridge", [{ containerPort: 80, hostPort: 0 }]);
    expect(port?.hostPort).toBeGreaterThan(1_024);
  });

  it("are none without port mappings", async () => {
    expect(await new HostPorts(probe()).take(HOST, "awsvpc")).toEqual([]);
  });
});
