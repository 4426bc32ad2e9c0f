import { decodeProtectedHeader } from "jose";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ManualClock } from "../../testing/manual-clock";
import type { LogLine } from "../../testing/run-service";
import { type KeyServerState, TokenIssuer } from "../../testing/token-issuer";
import { createLogger } from "../logging";
import { KeySet, KeysUnavailable, UnknownKey } from "./key-set";

const COOLDOWN = 2_000;

let issuer: TokenIssuer;
let clock: ManualClock;
let lines: LogLine[];
let keys: KeySet;

beforeEach(async () => {
  // No key server here is slow, but the machine may be: three seconds are less than making a key can take.
  vi.spyOn(AbortSignal, "timeout").mockImplementation(() => new AbortController().signal);
  issuer = await TokenIssuer.start();
  clock = new ManualClock();
  lines = [];
  const logger = createLogger({ service: "s", environment: "local", version: "1" }, "debug", {
    write: (text) => lines.push(JSON.parse(text)),
  });
  keys = new KeySet({ url: new URL(issuer.jwksUrl), logger, ...clock });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await issuer.close();
});

const JWS = { protected: "", payload: "", signature: "" };

/** Asks for a key by its id, and tells what came of it. */
async function ask(kid: string): Promise<string> {
  try {
    return (await keys.keyOf({ alg: "RS256", kid }, JWS)).type;
  } catch (error) {
    return error instanceof UnknownKey || error instanceof KeysUnavailable ? error.constructor.name : String(error);
  }
}

const kidNow = async () => String(decodeProtectedHeader(await issuer.token()).kid);
const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
const messages = () => lines.map(({ level, msg }) => `${level}: ${msg}`);

describe("a key", () => {
  it("is fetched once for all who ask at once, and for those who ask later", async () => {
    const kid = await kidNow();
    expect(new Set(await Promise.all(many(20, () => ask(kid))))).toEqual(new Set(["public"]));
    clock.advance(60 * 60_000);
    expect(await ask(kid)).toBe("public");
    expect([issuer.fetches, keys.generation]).toEqual([1, 1]);
  });

  it("is refused without an id, and nothing is fetched for it", async () => {
    await expect(keys.keyOf({ alg: "RS256" }, JWS)).rejects.toThrow(UnknownKey);
    expect(issuer.fetches).toBe(0);
  });

  it("is not unknown because the issuer has taken it up just now", async () => {
    await ask(await kidNow());
    clock.advance(COOLDOWN);
    await issuer.rotate();
    expect(await ask(await kidNow())).toBe("public");
    expect([issuer.fetches, keys.generation]).toEqual([2, 2]);
  });

  it("of before a rotation goes on as long as it is in the set", async () => {
    const old = await kidNow();
    await ask(old);
    await issuer.rotate();
    clock.advance(COOLDOWN);
    expect([await ask(await kidNow()), await ask(old)]).toEqual(["public", "public"]);
  });
});

describe("forged key ids", () => {
  it("cause one fetch a cooldown, however many they are", async () => {
    await ask(await kidNow());
    for (const fetches of [2, 3]) {
      const asked = Promise.all(many(200, (index) => ask(`forged-${fetches}-${index}`)));
      await expect.poll(() => clock.sleepers, { interval: 5 }).toBe(1);
      expect(issuer.fetches).toBe(fetches - 1);
      clock.advance(COOLDOWN);
      expect(new Set(await asked)).toEqual(new Set(["UnknownKey"]));
      // The keys are the same, so what was found with them holds.
      expect([issuer.fetches, keys.generation]).toEqual([fetches, 1]);
    }
  });

  it("do not make a new key wait for longer than a cooldown, nor refuse it", async () => {
    await ask(await kidNow());
    clock.advance(COOLDOWN);
    expect(await ask("forged")).toBe("UnknownKey");
    await issuer.rotate();
    const asked = ask(await kidNow());
    await expect.poll(() => clock.sleepers, { interval: 5 }).toBe(1);
    clock.advance(COOLDOWN);
    expect(await asked).toBe("public");
  });

  it("do not have a new key looked for in keys that were on their way before it", async () => {
    await ask(await kidNow());
    clock.advance(COOLDOWN);
    issuer.state = "hangs";
    const forged = ask("forged");
    await expect.poll(() => issuer.hanging, { interval: 5 }).toBe(1);
    await issuer.rotate();
    const asked = ask(await kidNow());
    issuer.state = "answers";
    issuer.release();
    expect(await forged).toBe("UnknownKey");
    await expect.poll(() => clock.sleepers, { interval: 5 }).toBe(1);
    clock.advance(COOLDOWN);
    expect(await asked).toBe("public");
    expect(issuer.fetches).toBe(3);
  });

  it("are refused at once when 1,000 wait already", async () => {
    await ask(await kidNow());
    const waiting = Promise.all(many(1_000, (index) => ask(`forged-${index}`)));
    expect(await ask("one more")).toBe("KeysUnavailable");
    await expect.poll(() => clock.sleepers, { interval: 5 }).toBe(1);
    clock.advance(COOLDOWN);
    expect(new Set(await waiting)).toEqual(new Set(["UnknownKey"]));
  });
});

const OUTAGES: readonly KeyServerState[] = ["fails", "breaks off", "sends nonsense"];

describe.each(OUTAGES)("a key server that %s", (state) => {
  it("at first is asked once a cooldown, and found when it is back", async () => {
    issuer.state = state;
    const kid = await kidNow();
    expect(await Promise.all(many(3, () => ask(kid)))).toEqual(many(3, () => "KeysUnavailable"));
    expect([await ask(kid), issuer.fetches]).toEqual(["KeysUnavailable", 1]);
    clock.advance(COOLDOWN - 1);
    expect([await ask(kid), issuer.fetches]).toEqual(["KeysUnavailable", 1]);
    clock.advance(1);
    expect([await ask(kid), issuer.fetches]).toEqual(["KeysUnavailable", 2]);
    issuer.state = "answers";
    clock.advance(COOLDOWN);
    expect([await ask(kid), issuer.fetches]).toEqual(["public", 3]);
    expect(messages()).toEqual([
      "warn: keys of access tokens not to be had",
      "info: keys of access tokens to be had again",
    ]);
  });

  it("later leaves the known keys as they are, and tells of others that it can't say", async () => {
    const kid = await kidNow();
    await ask(kid);
    issuer.state = state;
    clock.advance(COOLDOWN);
    expect([await ask("another"), await ask(kid), keys.generation]).toEqual(["KeysUnavailable", "public", 1]);
    clock.advance(24 * 60 * 60_000);
    expect(await ask(kid)).toBe("public");
    expect(messages()).toEqual(["warn: keys of access tokens not to be had"]);
  });
});

describe("the renewal", () => {
  it("every ten minutes forgets keys that the issuer has withdrawn", async () => {
    vi.useFakeTimers({ toFake: ["setInterval"] });
    try {
      const old = await kidNow();
      keys.start();
      expect(await ask(old)).toBe("public");
      await issuer.rotate();
      issuer.withdrawOldKeys();
      clock.advance(10 * 60_000);
      vi.advanceTimersByTime(10 * 60_000);
      await expect.poll(() => keys.generation, { interval: 5 }).toBe(2);
      const asked = ask(old);
      await expect.poll(() => clock.sleepers, { interval: 5 }).toBe(1);
      clock.advance(COOLDOWN);
      expect(await asked).toBe("UnknownKey");
    } finally {
      vi.useRealTimers();
    }
  });

  it("that fails is logged, and raises nothing", async () => {
    issuer.state = "breaks off";
    keys.start();
    await expect.poll(messages, { interval: 5 }).toEqual(["warn: keys of access tokens not to be had"]);
    expect(lines[0]).toMatchObject({ url: issuer.jwksUrl, reason: expect.stringMatching(/SOCKET|ECONNRESET/) });
  });
});
