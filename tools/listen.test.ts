import { createServer } from "node:http";
import { describe, expect, it } from "vitest";
import { close, listen, requireFreePort } from "./listen";
import { portsInARow } from "./ports-in-a-row";

describe("a port that is asked for", () => {
  it("is refused before anything starts when somebody has it", async () => {
    const server = createServer();
    const port = await listen(server, 0);
    await expect(requireFreePort(port)).rejects.toThrow(
      `port ${port} of 127.0.0.1 is in use; choose another one with --port`,
    );
    await close(server);
  });

  it("is left free when it is free", async () => {
    const server = createServer();
    const port = await portsInARow(1);
    await requireFreePort(port);
    expect(await listen(server, port)).toBe(port);
    await close(server);
  });
});
