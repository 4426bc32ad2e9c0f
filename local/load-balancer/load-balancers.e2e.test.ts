import { Agent, createServer, request } from "node:http";
import type { Socket } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { portsInARow } from "../../tools/ports-in-a-row";
import { serveForTest } from "../../tools/testing/test-server";
import { loopbackOf } from "../cloud/loopback";
import { balancerBefore, sendRaw, testBalancer, testBalancers, testTarget } from "./testing/balancer";
import { answerWith, draining, forwardTo, HOST, rule, viewOf } from "./testing/view";

const GET = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

/** A target that keeps its requests until they are let go, and its health checks while they are held. */
async function waitingTarget() {
  const waiting: (() => void)[] = [];
  let held: Promise<void> | undefined;
  let heldCount = 0;
  const hold = () => {
    let release = () => {};
    held = new Promise((resolve) => {
      release = resolve;
    });
    return () => {
      held = undefined;
      release();
    };
  };
  const port = await serveForTest(
    createServer(async (request, response) => {
      if (request.url === "/healthcheck") {
        if (held) heldCount++;
        await held;
        return response.end();
      }
      response.writeHead(200, { "content-length": 4 });
      if (request.url === "/head") response.flushHeaders();
      return waiting.push(() => response.end("done"));
    }),
  );
  const untilWaiting = (count = 1) => expect.poll(() => waiting.length, { interval: 1 }).toBe(count);
  const letGo = () => {
    for (const answer of waiting.splice(0)) answer();
  };
  return { port, untilWaiting, letGo, checks: { hold, held: () => heldCount } };
}

describe("the listeners of a view", () => {
  const listenersOf = (...arns: string[]) => {
    const view = viewOf({ action: answerWith("own") });
    const [loadBalancer] = view.loadBalancers;
    if (!loadBalancer) throw new Error("no load balancer");
    const listeners = arns.map((arn) => ({
      ...loadBalancer.listeners[0],
      arn,
      port: 80,
      protocol: "HTTP" as const,
      rules: loadBalancer.listeners[0]?.rules ?? [],
    }));
    return { ...view, loadBalancers: [{ ...loadBalancer, listeners }] };
  };

  it("are served, each on a port of its own that it keeps", async () => {
    const { balancers } = testBalancers();
    await balancers.update(listenersOf("a", "b"));
    const [a, b] = balancers.served;
    expect(balancers.served.map(({ listener }) => listener.arn)).toEqual(["a", "b"]);
    expect(statusOf(await sendRaw(a?.port ?? 0, GET))).toBe(200);
    await balancers.update(listenersOf("c", "b"));
    expect(balancers.served.map(({ listener }) => listener.arn)).toEqual(["c", "b"]);
    expect(balancers.served[1]?.port).toBe(b?.port);
    await expect(sendRaw(a?.port ?? 0, GET)).rejects.toThrow("ECONNREFUSED");
    await balancers.update({ ...listenersOf(), loadBalancers: [] });
    expect(balancers.served).toEqual([]);
  });

  it("have the ports from the first one on", async () => {
    const firstPort = await portsInARow(3);
    const { balancers } = testBalancers({ firstPort });
    await balancers.update(listenersOf("a", "b", "c"));
    expect(balancers.served.map(({ port }) => port)).toEqual([firstPort, firstPort + 1, firstPort + 2]);
    await balancers.update(listenersOf("a", "c", "d"));
    expect(balancers.served.map(({ port }) => port)).toEqual([firstPort, firstPort + 2, firstPort + 1]);
  });

  it("are not served on a port that is in use, until it is free; the others are", async () => {
    const other = createServer();
    const firstPort = await serveForTest(other);
    const { balancers } = testBalancers({ firstPort });
    const hint = "give another one by --port N, or none for a free one";
    await expect(balancers.update(listenersOf("a"))).rejects.toThrow(`port ${firstPort} of ${HOST} is in use; ${hint}`);
    expect(balancers.served).toEqual([]);
    await new Promise((resolve) => other.close(resolve));
    await balancers.update(listenersOf("a"));
    expect(balancers.served.map(({ port }) => port)).toEqual([firstPort]);
  });

  it("keep their rules where a new one can't be served", async () => {
    const { balancers } = testBalancers();
    const view = (field: string) =>
      viewOf({ action: answerWith("own"), rules: [rule(1, [{ Field: field, Values: ["/"] }], answerWith("rule"))] });
    await balancers.update(view("path-pattern"));
    await expect(balancers.update(view("moon-phase"))).rejects.toThrow("rule rule-1: conditions on moon-phase");
    expect(await sendRaw(balancers.served[0]?.port ?? 0, GET)).toMatch(/rule$/);
  });

  it("end with the last request when they are removed", async () => {
    const { port: target, untilWaiting, letGo } = await waitingTarget();
    const groups = { group: { targets: [target] } };
    const { port, balancers } = await testBalancer({ groups });
    const agent = new Agent({ keepAlive: true });
    const kept = new Promise<string | undefined>((resolve, reject) => {
      const asked = request({ host: HOST, port, agent }, (response) => {
        void text(response).then((body) => resolve(`${body} ${response.headers.connection}`));
      });
      asked.on("error", reject).end();
    });
    await untilWaiting();
    await balancers.update({ ...viewOf({ groups }), loadBalancers: [] });
    letGo();
    expect(await kept).toBe("done close");
    await expect(sendRaw(port, GET)).rejects.toThrow("ECONNREFUSED");
  });
});

describe("the targets of a view", () => {
  it("get requests in turn once they are healthy, the others none", async () => {
    const targets = [
      await testTarget((_, response) => response.end("one")),
      await testTarget((_, response) => response.end("two")),
    ];
    const silent = await serveForTest(createServer());
    const view = {
      groups: { group: { targets: [...targets, { id: HOST, port: silent, registration: 1, draining: false }] } },
    };
    const { port } = await testBalancer(view);
    const bodies: string[] = [];
    for (let count = 0; count < 4; count++) bodies.push((await sendRaw(port, GET)).replace(/^[\s\S]*\r\n\r\n/, ""));
    expect(bodies.toSorted()).toEqual(["one", "one", "two", "two"]);
    expect(bodies[0]).toBe(bodies[2]);
  });

  it("are checked as their group says now", async () => {
    const server = createServer((_, response) => response.writeHead(204).end());
    const groups = { group: { targets: [await serveForTest(server)], healthCheck: { unhealthyThreshold: 1 } } };
    const { balancers, reports } = testBalancers();
    await balancers.update(viewOf({ groups }));
    await expect.poll(() => reports.at(-1)?.state).toBe("unhealthy");
    await balancers.update(viewOf({ groups: { group: { ...groups.group, healthCheck: { matcher: "200-204" } } } }));
    await expect.poll(() => reports.at(-1)?.state).toBe("healthy");
  });

  it("of type instance are at the address that stands for the instance", async () => {
    const id = "i-0123456789abcdef0";
    const server = createServer((_, response) => response.end());
    await new Promise<void>((resolve) => server.listen(0, loopbackOf(id), resolve));
    const address = server.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    const targets = [{ id, port, registration: 1, draining: false }];
    const { reported } = await testBalancer({ groups: { group: { targetType: "instance", targets } } });
    await reported("healthy", port);
    await new Promise((resolve) => server.close(resolve));
  });

  it("are tried when all are unhealthy, and not while they are new", async () => {
    let healthy = false;
    let answerChecks = () => {};
    const isNew = new Promise<void>((resolve) => {
      answerChecks = resolve;
    });
    const server = createServer(async (asked, response) => {
      if (asked.url === "/healthcheck") await isNew;
      response.writeHead(asked.url === "/healthcheck" && !healthy ? 500 : 200).end();
    });
    const target = { id: HOST, port: await serveForTest(server), registration: 1, draining: false };
    const { port, reports, reported, update } = await testBalancer({
      groups: { group: { targets: [target], healthCheck: { unhealthyThreshold: 10 } } },
    });
    expect(statusOf(await sendRaw(port, GET))).toBe(503);
    answerChecks();
    await reported("unhealthy", target.port);
    expect(reports).toMatchObject([{ targetGroupArn: "group", id: HOST, reason: "Target.ResponseCodeMismatch" }]);
    expect(statusOf(await sendRaw(port, GET))).toBe(200);
    // A healthy one takes everything.
    healthy = true;
    await reported("healthy", target.port);
    await update({ groups: { group: {} } });
    expect(statusOf(await sendRaw(port, GET))).toBe(503);
    expect(reports.map(({ state }) => state)).toEqual(["unhealthy", "healthy"]);
  });

  it("are not failed over to from another target group, and none of weight 0 gets anything", async () => {
    const one = await testTarget((_, response) => response.end("one"));
    const two = await testTarget((_, response) => response.end("two"));
    const weights = (none: number, first: number, second: number) => ({
      groups: { none: {}, one: { targets: [one] }, two: { targets: [two] } },
      action: {
        Type: "forward" as const,
        ForwardConfig: {
          TargetGroups: [
            { TargetGroupArn: "none", Weight: none },
            { TargetGroupArn: "one", Weight: first },
            { TargetGroupArn: "two", Weight: second },
          ],
        },
      },
    });
    const { port, requests, update } = await testBalancer(weights(0, 1, 1));
    const ask = async (count: number) => {
      const before = requests.length;
      await Promise.all(Array.from({ length: count }, () => sendRaw(port, GET)));
      const groups = requests.slice(before).map(({ targetGroupArn, status }) => `${targetGroupArn} ${status}`);
      return [...new Set(groups)].sort();
    };
    // By chance one of them gets nothing once in 2^59 times.
    expect(await ask(60)).toEqual(["one 200", "two 200"]);
    await update(weights(1, 0, 0));
    expect(await ask(5)).toEqual(["none 503"]);
    await update(weights(0, 0, 0));
    expect(await ask(1)).toEqual(["undefined 503"]);
  });
});

describe("a target that drains", () => {
  it("is drained at once when nothing is in flight, and reported once", async () => {
    const { update, target, reports, port } = await balancerBefore((_, response) => response.end());
    const groups = { group: { targets: [draining(target)] } };
    await update({ groups });
    await update({ groups });
    expect(reports).toEqual([
      { targetGroupArn: "group", id: HOST, port: target, registration: 1, state: "healthy" },
      { targetGroupArn: "group", id: HOST, port: target, registration: 1, state: "drained" },
    ]);
    expect(statusOf(await sendRaw(port, GET))).toBe(503);
  });

  it("ends the requests in flight, gets no new ones, and is drained with the last", async () => {
    const { port: target, untilWaiting, letGo } = await waitingTarget();
    const other = await testTarget((_, response) => response.end("other"));
    const { port, update, reports } = await testBalancer({ groups: { group: { targets: [target] } } });
    const slow = [sendRaw(port, GET), sendRaw(port, GET)];
    await untilWaiting(2);
    await update({ groups: { group: { targets: [draining(target), other] } } });
    await expect.poll(async () => statusOf(await sendRaw(port, GET))).toBe(200);
    for (let count = 0; count < 5; count++) expect(await sendRaw(port, GET)).toMatch(/other$/);
    expect(reports.filter(({ state }) => state === "drained")).toEqual([]);
    letGo();
    for (const answer of await Promise.all(slow)) expect(answer).toMatch(/done$/);
    await expect.poll(() => reports.filter(({ state }) => state === "drained")).toMatchObject([{ port: target }]);
  });

  it("that leaves the view is asked no more health checks, and its idle connections are closed", async () => {
    const open = new Set<Socket>();
    let checks = 0;
    const server = createServer((asked, response) => {
      if (asked.headers["user-agent"]?.startsWith("ELB-HealthChecker")) checks++;
      response.end();
    });
    server.on("connection", (socket: Socket) => {
      open.add(socket);
      socket.once("close", () => open.delete(socket));
    });
    const target = await serveForTest(server);
    const { port, update } = await testBalancer({ groups: { group: { targets: [target] } } });
    expect(statusOf(await sendRaw(port, GET))).toBe(200);
    expect(open.size).toBeGreaterThan(0);
    await update({ groups: { group: {} } });
    await expect.poll(() => open.size).toBe(0);
    const before = checks;
    // Checks are 20 ms apart here.
    await sleep(200);
    expect(checks).toBe(before);
  });

  it("loses its idle connections at once, and a busy one after its request", async () => {
    const open = new Set<Socket>();
    const waiting: (() => void)[] = [];
    const server = createServer((asked, response) => {
      if (asked.url === "/slow") waiting.push(() => response.end());
      else response.end();
    });
    server.on("connection", (socket: Socket) => {
      open.add(socket);
      socket.once("close", () => open.delete(socket));
    });
    const target = await serveForTest(server);
    const { port, update } = await testBalancer({
      groups: { group: { targets: [target], healthCheck: { intervalSeconds: 1_000 } } },
    });
    const slow = [sendRaw(port, GET.replace("/", "/slow")), sendRaw(port, GET.replace("/", "/slow"))];
    await expect.poll(() => waiting.length).toBe(2);
    waiting.shift()?.();
    await Promise.race(slow);
    // Health checks have connections of their own, which come and go.
    await expect.poll(() => open.size).toBe(2);
    await update({ groups: { group: { targets: [draining(target)] } } });
    await expect.poll(() => open.size).toBe(1);
    waiting.shift()?.();
    await Promise.all(slow);
    await expect.poll(() => open.size).toBe(0);
  });

  it("is cut off when the deregistration delay is over", async () => {
    const { port: target } = await waitingTarget();
    const attributes = { "deregistration_delay.timeout_seconds": "0.2" };
    const { port, update, reports, balancers } = await testBalancer({ groups: { group: { targets: [target] } } });
    const slow = sendRaw(port, GET);
    const half = sendRaw(port, GET.replace("/", "/head"));
    await expect.poll(() => balancers.inFlight(HOST, target)).toBe(2);
    await update({ groups: { group: { attributes, targets: [draining(target)] } } });
    expect(statusOf(await slow)).toBe(502);
    expect(await half).not.toMatch(/done$/);
    expect(reports.map(({ state }) => state)).toEqual(["healthy", "drained"]);
  });

  it("is a new target when it is registered again", async () => {
    const { update, target, reports, reported, port } = await balancerBefore((_, response) => response.end());
    const again = (registration: number) => ({ id: HOST, port: target, registration, draining: false });
    await update({ groups: { group: { targets: [draining(target)] } } });
    await update({ groups: { group: { targets: [again(2)] } } });
    await expect.poll(() => reports.map(({ state }) => state)).toEqual(["healthy", "drained", "healthy"]);
    // Between two views nobody has seen it drain.
    await update({ groups: { group: { targets: [again(3)] } } });
    await expect.poll(() => reports.map(({ state }) => state)).toEqual(["healthy", "drained", "healthy", "healthy"]);
    await reported("healthy", target);
    expect(statusOf(await sendRaw(port, GET))).toBe(200);
  });

  it("that leaves the view is forgotten without a report, its requests end", async () => {
    const { port: target, untilWaiting, letGo } = await waitingTarget();
    const { port, update, reports } = await testBalancer({ groups: { group: { targets: [target] } } });
    const slow = sendRaw(port, GET);
    await untilWaiting();
    await update({ groups: { group: { targets: [draining(target)] } } });
    await update({ groups: { group: {} } });
    letGo();
    expect(await slow).toMatch(/done$/);
    expect(reports.map(({ state }) => state)).toEqual(["healthy"]);
  });
});

describe("a target that is gone", () => {
  it("answers its requests in flight with 502, and gets no new one before it is healthy again", async () => {
    const { port: target, untilWaiting, letGo, checks } = await waitingTarget();
    const other = await testTarget((_, response) => response.end("other"));
    const groups = { group: { targets: [target] }, second: { targets: [other] } };
    const { port, balancers, update } = await testBalancer({ groups });
    const slow = sendRaw(port, GET);
    const half = sendRaw(port, GET.replace("/", "/head"));
    await untilWaiting(2);
    const answerChecks = checks.hold();
    balancers.targetGone(HOST, target);
    expect(statusOf(await sendRaw(port, GET))).toBe(503);
    expect(statusOf(await slow)).toBe(502);
    expect(await half).not.toMatch(/done$/);
    letGo();
    // It was a false alarm: it answers.
    answerChecks();
    const again = expect.poll(async () => {
      const answer = sendRaw(port, GET);
      const lettingGo = setInterval(letGo, 20);
      return statusOf(await answer.finally(() => clearInterval(lettingGo)));
    });
    await again.toBe(200);
    await update({ groups, action: forwardTo("second") });
    expect(await sendRaw(port, GET)).toMatch(/other$/);
  });
});

describe("the answer to a health check that was asked for before the target was gone", () => {
  it("brings it no requests", async () => {
    const { port: target, checks } = await waitingTarget();
    const { port, balancers } = await testBalancer({ groups: { group: { targets: [target] } } });
    const answerFirst = checks.hold();
    await expect.poll(checks.held).toBe(1);
    balancers.targetGone(HOST, target);
    answerFirst();
    const answerNext = checks.hold();
    await expect.poll(checks.held).toBe(2);
    expect(statusOf(await sendRaw(port, GET))).toBe(503);
    answerNext();
  });
});

describe("the end", () => {
  it("closes a listener that is just being opened", async () => {
    const firstPort = await portsInARow(1);
    const { balancers } = testBalancers({ firstPort });
    const updated = balancers.update(viewOf({ action: answerWith("own") }));
    // The update begins now, and the port is open some rounds of the event loop later.
    await Promise.resolve();
    await Promise.all([balancers.close(), updated]);
    expect(balancers.served).toEqual([]);
    await expect(sendRaw(firstPort, GET)).rejects.toThrow("ECONNREFUSED");
  });

  it("closes everything at once, and later views change nothing", async () => {
    const { port: target, untilWaiting } = await waitingTarget();
    const { port, balancers, reports } = await testBalancer({ groups: { group: { targets: [target] } } });
    const slow = sendRaw(port, GET).catch((error: NodeJS.ErrnoException) => error.code);
    await untilWaiting();
    await balancers.close();
    expect(["", "ECONNRESET"]).toContain(await slow);
    await balancers.update(viewOf({ groups: { group: { targets: [target] } } }));
    expect(balancers.served).toEqual([]);
    expect(reports).toHaveLength(1);
  });
});
