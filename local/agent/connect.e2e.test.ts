import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { describe, expect, it, onTestFinished } from "vitest";
import { close, listen } from "../../tools/listen";
import { testLifetime } from "../../tools/testing/test-lifetime";
import type { Report, TaskReport, View } from "../cloud/view";
import { eventually } from "./agent.fixtures";
import { ControlPlane } from "./connect";

/** A stand-in for the emulator. */
class FakeEmulator {
  readonly asked: string[] = [];
  readonly reports: Report[] = [];
  /** What it fails with before it answers again. */
  readonly failures: (number | "drop")[] = [];
  /** Reports are answered when this is over. */
  hold: Promise<void> = Promise.resolve();
  revision = 1;
  #publish: () => void = () => undefined;
  readonly #server = createServer(async (request, response) => {
    const body = await text(request);
    this.asked.push(`${request.method} ${request.url}`);
    const failure = this.failures.shift();
    if (failure === "drop") return request.socket.destroy();
    if (failure) return response.writeHead(failure).end("no");
    if (request.method === "POST") {
      this.reports.push(JSON.parse(body));
      await this.hold;
      return response.writeHead(204).end();
    }
    const since = new URL(request.url ?? "", "http://x").searchParams.get("since");
    if (Number(since) === this.revision)
      await new Promise<void>((resolve) => {
        this.#publish = resolve;
      });
    return response.end(JSON.stringify({ revision: this.revision }));
  });

  async start(port = 0): Promise<number> {
    const found = await listen(this.#server, port);
    onTestFinished(() => close(this.#server));
    return found;
  }

  publish(revision: number): void {
    this.revision = revision;
    this.#publish();
  }
}

async function connected() {
  const emulator = new FakeEmulator();
  const port = await emulator.start();
  const lifetime = testLifetime();
  const views: View[] = [];
  const said: string[] = [];
  const controlPlane = new ControlPlane({
    lifetime,
    url: `http://127.0.0.1:${port}`,
    onView: (view) => void views.push(view),
    say: (text) => void said.push(text),
  });
  return { emulator, lifetime, views, said, controlPlane, revisions: () => views.map(({ revision }) => revision) };
}

const task = (arn: string, lastStatus: TaskReport["lastStatus"] = "RUNNING"): TaskReport => ({
  arn,
  lastStatus,
  address: "127.0.0.1",
  containers: [],
});

const arns = ({ tasks }: Report) => tasks.map(({ arn, lastStatus }) => `${arn} ${lastStatus}`);

describe("the view", () => {
  it("is passed on each time it changes, asked for once at a time", async () => {
    const { emulator, controlPlane, revisions, lifetime } = await connected();
    const running = controlPlane.run();
    await eventually(() => expect(emulator.asked).toHaveLength(2));
    emulator.publish(7);
    await eventually(() => expect(emulator.asked).toHaveLength(3));
    expect(revisions()).toEqual([1, 7]);
    expect(emulator.asked).toEqual([
      "GET /_local/view?wait=20",
      "GET /_local/view?wait=20&since=1",
      "GET /_local/view?wait=20&since=7",
    ]);
    lifetime.interrupt();
    await running;
  });

  it("is asked for again when the emulator does not answer, or had nothing new", async () => {
    const { emulator, controlPlane, revisions } = await connected();
    emulator.failures.push("drop", 500, 204);
    void controlPlane.run();
    await eventually(() => expect(revisions()).toEqual([1]));
    expect(emulator.asked.slice(0, 4)).toEqual(Array(4).fill("GET /_local/view?wait=20"));
  });
});

describe("a control plane that fails", () => {
  it("is not asked without a pause, and complained of once until it answers again", async () => {
    const { emulator, controlPlane, said, revisions } = await connected();
    emulator.failures.push(404, 500, 404);
    void controlPlane.run();
    await eventually(() => expect(emulator.asked).toHaveLength(2));
    // Half the pause before the third time.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(emulator.asked.length).toBeLessThanOrEqual(3);
    await eventually(() => expect(revisions()).toEqual([1]));
    expect(said).toEqual(["the emulator's control plane failed (404): no"]);
    // That which waits for the next view is to fail no more.
    await eventually(() => expect(emulator.asked.at(-1)).toMatch(/since=1$/));
    emulator.failures.push(503);
    controlPlane.report({ tasks: [task("a")] });
    await eventually(() => expect(emulator.reports).toHaveLength(1));
    expect(said).toHaveLength(2);
  });
});

describe("a report", () => {
  it("goes with all that is seen in the same moment", async () => {
    const { emulator, controlPlane } = await connected();
    controlPlane.report({ tasks: [task("a")] });
    controlPlane.report({
      targets: [{ targetGroupArn: "group", id: "i-1", port: 80, registration: 1, state: "healthy" }],
    });
    await eventually(() => expect(emulator.reports).toHaveLength(1));
    expect(emulator.reports).toMatchObject([{ tasks: [{ arn: "a" }], targets: [{ id: "i-1", state: "healthy" }] }]);
  });

  it("waits for the one that is under way, and holds only the last word on each task", async () => {
    const { emulator, controlPlane } = await connected();
    let answer = () => {};
    emulator.hold = new Promise((resolve) => {
      answer = resolve;
    });
    controlPlane.report({ tasks: [task("a")] });
    await eventually(() => expect(emulator.reports).toHaveLength(1));
    controlPlane.report({ tasks: [task("b")] });
    controlPlane.report({ tasks: [task("c")] });
    controlPlane.report({ tasks: [task("b", "STOPPED")] });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(emulator.reports).toHaveLength(1);
    answer();
    await eventually(() => expect(emulator.reports).toHaveLength(2));
    expect(emulator.reports.map(arns)).toEqual([["a RUNNING"], ["b STOPPED", "c RUNNING"]]);
    controlPlane.report({ tasks: [task("d")] });
    await eventually(() => expect(emulator.reports).toHaveLength(3));
  });

  it("is not lost when the emulator does not answer for a moment", async () => {
    const { emulator, controlPlane } = await connected();
    emulator.failures.push("drop", 503);
    controlPlane.report({ tasks: [task("a")] });
    await eventually(() => expect(emulator.reports.map(arns)).toEqual([["a RUNNING"]]));
    expect(emulator.asked).toHaveLength(3);
  });

  it("that is refused is not sent again, and said", async () => {
    const { emulator, controlPlane, said } = await connected();
    emulator.failures.push(400);
    controlPlane.report({ tasks: [task("a")] });
    await eventually(() => expect(said).toEqual(["a report was refused: no"]));
    controlPlane.report({ tasks: [task("b")] });
    await eventually(() => expect(emulator.reports.map(arns)).toEqual([["b RUNNING"]]));
  });
});
