import { describe, expect, it } from "vitest";
import { Traffic } from "./traffic";

const GROUP = "group";

/** A clock that is put forward by hand, and the traffic that goes by it. */
function atSecond(second = 1_000) {
  let now = second * 1_000;
  const traffic = new Traffic(() => now);
  const send = (count: number, status = 200, ms = 10) => {
    for (let index = 0; index < count; index++) traffic.add({ group: GROUP, status, ms });
  };
  return { traffic, send, pass: (seconds: number) => (now += seconds * 1_000) };
}

describe("Traffic", () => {
  it("gives the rate over the last ten seconds, without the second that is under way", () => {
    const { traffic, send, pass } = atSecond();
    for (let second = 0; second < 10; second++) {
      send(5);
      pass(1);
    }
    send(1_000);
    expect(traffic.read()).toMatchObject([{ group: GROUP, rate: 5 }]);
  });

  it("forgets what is older than a minute", () => {
    const { traffic, send, pass } = atSecond();
    send(10, 500);
    pass(61);
    send(1);
    pass(1);
    expect(traffic.read()).toMatchObject([{ rate: 0.1, errorShare: 0 }]);
    pass(120);
    expect(traffic.read()).toMatchObject([{ rate: 0, p95: 0, history: Array.from({ length: 30 }, () => 0) }]);
  });

  it("gives the share of 5xx, and percentiles", () => {
    const { traffic, send, pass } = atSecond();
    send(30, 200, 10);
    send(10, 404, 20);
    send(10, 502, 100);
    pass(1);
    expect(traffic.read()).toMatchObject([{ errorShare: 0.2, p50: 10, p95: 100 }]);
  });

  it("gives the requests of each two seconds, the oldest first", () => {
    const { traffic, send, pass } = atSecond();
    send(3);
    pass(58);
    send(4);
    pass(1);
    send(5);
    pass(1);
    const [{ history } = { history: [] }] = traffic.read();
    expect(history).toEqual([3, ...Array.from({ length: 28 }, () => 0), 9]);
  });

  it("keeps groups apart", () => {
    const { traffic, send, pass } = atSecond();
    send(1);
    traffic.add({ group: "other", status: 200, ms: 1 });
    pass(1);
    expect(traffic.read().map(({ group }) => group)).toEqual([GROUP, "other"]);
  });
});
