import { describe, expect, it } from "vitest";
import { Failure } from "../../../tools/failure";
import type { ActState } from "../state";
import { ActLog, type ActMeans } from "./act-log";

const SCALE = { kind: "scale", title: "Scale a to 2", service: "a" };

/** A log, what it has told last, and works that end when they are told to. */
function logged() {
  let told: readonly ActState[] = [];
  const log = new ActLog((acts) => {
    told = acts;
  });
  return { log, newest: () => told[0] };
}

const never = ({ lifetime }: ActMeans) => lifetime.until(new Promise<never>(() => undefined));

describe("ActLog", () => {
  it("tells what an act prints while it goes on, and what became of it", async () => {
    const { log, newest } = logged();
    let finish = (): void => undefined;
    log.start(SCALE, async ({ terminal }) => {
      terminal.progress("waiting");
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      terminal.done("it runs 2 tasks", "before: 1");
    });
    expect(newest()).toMatchObject({
      ...{ title: SCALE.title, service: "a" },
      status: "running",
      lines: ["  … waiting"],
    });
    finish();
    await expect.poll(() => newest()?.status).toBe("succeeded");
    expect(newest()?.lines).toEqual(["  ✓ it runs 2 tasks  before: 1"]);
    expect(newest()?.endedAt).toBeGreaterThan(0);
  });

  it("tells why an act has failed", async () => {
    const { log, newest } = logged();
    log.start(SCALE, () => Promise.reject(new Failure("there is no service a")));
    await expect.poll(() => newest()?.status).toBe("failed");
    expect(newest()?.lines).toEqual(["there is no service a"]);
  });

  it("ends an act that is stopped", async () => {
    const { log, newest } = logged();
    log.stop(log.start(SCALE, never));
    await expect.poll(() => newest()?.status).toBe("stopped");
  });

  it("refuses to stop what is not under way", () => {
    const { log } = logged();
    expect(() => log.stop(7)).toThrow("no act 7 is under way");
  });

  it("refuses the same for the same service while it is under way, but not for another one", async () => {
    const { log } = logged();
    log.start(SCALE, never);
    expect(() => log.start(SCALE, never)).toThrow('"Scale a to 2" is under way: wait for its end, or stop it');
    log.start({ ...SCALE, service: "b" }, never);
    await log.close();
  });

  it("refuses more than six at once", async () => {
    const { log } = logged();
    for (let index = 0; index < 6; index++) log.start({ ...SCALE, service: String(index) }, never);
    expect(() => log.start(SCALE, never)).toThrow("6 acts are under way, and no more may be: wait for one");
    await log.close();
  });

  it("ends all of them, with what they have started, when it is closed", async () => {
    const { log, newest } = logged();
    let isCleanedUp = false;
    log.start(SCALE, ({ lifetime }) => {
      lifetime.onEnd(() => {
        isCleanedUp = true;
      });
      return lifetime.until(new Promise<never>(() => undefined));
    });
    await log.close();
    expect([newest()?.status, isCleanedUp]).toEqual(["stopped", true]);
  });
});
