import { createServer } from "node:http";
import { close, listen } from "./listen";

/** Below the ports that a system gives to who asks for any: of these nobody gets one meanwhile. */
const FIRST = 20_000;
const LAST = 32_000;

const TRIES = 20;

/** The first of so many free ports of the loopback interface that follow each other. */
export async function portsInARow(count: number): Promise<number> {
  for (let tried = 1; ; tried++) {
    const first = FIRST + Math.floor(Math.random() * (LAST - FIRST - count));
    const servers = Array.from({ length: count }, () => createServer());
    const opened = await Promise.allSettled(servers.map((server, index) => listen(server, first + index)));
    await Promise.all(servers.map(close));
    const taken = opened.find((one) => one.status === "rejected");
    if (!taken) return first;
    if (tried === TRIES) throw taken.reason;
  }
}
