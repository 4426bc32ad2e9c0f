import fc from "fast-check";
import { decodeJwt } from "jose";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { TokenIssuer } from "../../testing/token-issuer";
import { InvalidToken } from "./access-token";
import { KeySet } from "./key-set";
import { TokenVerifier, type TokenVerifierOptions } from "./token-verifier";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

let issuer: TokenIssuer;
/** The time of the verifier: as much later than that of the issuer, which stands still. */
let later: number;
let keys: TokenVerifierOptions["keys"];
let verifier: TokenVerifier;

function make(options: Partial<TokenVerifierOptions> = {}): TokenVerifier {
  const now = () => Date.now() + later;
  return new TokenVerifier({ issuer: issuer.issuer, clients: ["another", issuer.client], keys, now, ...options });
}

beforeAll(async () => {
  issuer = await TokenIssuer.start();
});
beforeEach(() => {
  later = 0;
  vi.useFakeTimers({ toFake: ["Date"] });
  // Unknown ids need no cooldown here.
  keys = new KeySet({
    url: new URL(issuer.jwksUrl),
    logger: pino({ level: "silent" }),
    pause: () => Promise.resolve(),
  });
  verifier = make();
});
afterEach(() => void vi.useRealTimers());
afterAll(() => issuer.close());

const reason = (token: string) =>
  verifier.verify(token).then(
    () => "good",
    (error) => (error instanceof InvalidToken ? error.reason : `no answer but ${error}`),
  );

describe("a token", () => {
  it("tells who asks, through which client, and what they may", async () => {
    const token = await issuer.token({ scope: "shop/read shop/write", claims: { sub: "ada-1" } });
    expect(await verifier.verify(token)).toEqual({
      subject: "ada-1",
      clientId: issuer.client,
      scopes: new Set(["shop/read", "shop/write"]),
    });
  });

  it("without a scope has none", async () => {
    expect((await verifier.verify(await issuer.token({ claims: { scope: undefined } }))).scopes.size).toBe(0);
  });

  it("that is no good in any way is refused, and not remembered", async () => {
    const forgeries = await issuer.forgeries("shop/read");
    const outcomes = await Promise.all(forgeries.map(async ({ kind, token }) => [kind, await reason(token)]));
    expect(outcomes.filter(([, outcome]) => outcome === "good" || outcome?.startsWith("no answer"))).toEqual([]);
    expect(forgeries.length).toBe(32);
    expect(verifier.size).toBe(0);
  });

  it.each([
    [{ expiresIn: -60 }, "the token has expired"],
    [{ claims: { nbf: 4e9 } }, "the token is not valid yet"],
    [{ claims: { iss: "https://elsewhere.example" } }, "the token is of another issuer"],
    [{ claims: { client_id: "nobody" } }, "the token is of another client"],
    [{ claims: { token_use: "id" } }, "the token is no access token"],
    [{ claims: { sub: undefined } }, "the token is incomplete"],
    [{ header: { kid: undefined } }, "the token is malformed, or it is not signed by the issuer"],
  ])("with %o is refused with the reason", async (options, text) => {
    expect(await reason(await issuer.token(options))).toBe(text);
  });

  it("that a foreign key has signed says nothing of its claims", async () => {
    const forgeries = await issuer.forgeries("shop/read");
    const foreign = forgeries.filter(({ kind }) => kind.startsWith("a foreign") || kind.includes("none"));
    expect(foreign.length).toBe(6);
    for (const { token } of foreign)
      expect(await reason(token)).toBe("the token is malformed, or it is not signed by the issuer");
  });

  it("of another algorithm has no key looked for", async () => {
    const keyOf = vi.fn(keys.keyOf.bind(keys));
    verifier = make({ keys: { keyOf, generation: 1 } });
    const forgeries = await issuer.forgeries("shop/read");
    const others = forgeries.filter(({ kind }) => /algorithm|HS256|PS256/.test(kind));
    for (const { token } of others) await reason(token);
    expect([others.length, keyOf.mock.calls.length]).toEqual([5, 0]);
  });

  it("of random characters is refused, never a fault of ours", async () => {
    const part = fc.oneof(
      fc.base64String(),
      fc.string(),
      fc.json().map((text) => Buffer.from(text).toString("base64url")),
    );
    const property = fc.asyncProperty(fc.array(part, { maxLength: 4 }), async (parts) => {
      expect(await reason(parts.join("."))).toBe("the token is malformed, or it is not signed by the issuer");
    });
    await fc.assert(property, { numRuns: 200 });
  });

  it("is good five seconds beyond its end, for clocks differ", async () => {
    const token = await issuer.token({ expiresIn: 60 });
    later = 63 * SECOND;
    expect(await reason(token)).toBe("good");
    later = 66 * SECOND;
    expect(await reason(token)).toBe("the token has expired");
  });
});

describe("the memory", () => {
  it("has what was good", async () => {
    const token = await issuer.token({ scope: "shop/read" });
    expect(verifier.remembered(token)).toBeUndefined();
    const verified = await verifier.verify(token);
    expect(verifier.remembered(token)).toBe(verified);
    expect(verifier.remembered(`${token}x`)).toBeUndefined();
    const [header, , signature] = token.split(".");
    const { sub: _sub, ...claims } = decodeJwt(token);
    const payload = Buffer.from(JSON.stringify({ ...claims, sub: "root" })).toString("base64url");
    expect(verifier.remembered(`${header}.${payload}.${signature}`)).toBeUndefined();
  });

  it("has no token that has expired", async () => {
    const token = await issuer.token({ expiresIn: 60 });
    await verifier.verify(token);
    later = 58 * SECOND;
    expect(verifier.remembered(token)).toBeDefined();
    later = 60 * SECOND;
    expect(verifier.remembered(token)).toBeUndefined();
  });

  it("has a token for five minutes", async () => {
    const token = await issuer.token();
    await verifier.verify(token);
    later = 5 * MINUTE - 2 * SECOND;
    expect(verifier.remembered(token)).toBeDefined();
    later = 5 * MINUTE + 2 * SECOND;
    expect(verifier.remembered(token)).toBeUndefined();
  });

  it("is asked for by those who come together: the signature is checked once", async () => {
    const keyOf = vi.fn(keys.keyOf.bind(keys));
    verifier = make({ keys: { keyOf, generation: 1 } });
    const [token, other] = [await issuer.token(), await issuer.token()];
    const together = await Promise.all([token, token, other, token].map((text) => verifier.verify(text)));
    expect(new Set(together).size).toBe(2);
    expect(keyOf).toHaveBeenCalledTimes(2);
    const expired = await issuer.token({ expiresIn: -60 });
    expect(await Promise.all([reason(expired), reason(expired)])).toEqual(Array(2).fill("the token has expired"));
    expect(await reason(expired)).toBe("the token has expired");
  });

  it("forgets all when the keys become others", async () => {
    const token = await issuer.token();
    const changing = { keyOf: keys.keyOf.bind(keys), generation: 1 };
    verifier = make({ keys: changing });
    await verifier.verify(token);
    expect(verifier.remembered(token)).toBeDefined();
    changing.generation = 2;
    expect([verifier.remembered(token), verifier.size]).toEqual([undefined, 0]);
  });

  it("does not take what was checked with keys that have become others meanwhile", async () => {
    const token = await issuer.token();
    const changing = {
      generation: 1,
      keyOf: async (...asked: Parameters<KeySet["keyOf"]>) => {
        const key = await keys.keyOf(...asked);
        // After the verifier has seen the key, before the signature is checked.
        setImmediate(() => changing.generation++);
        await new Promise((resolve) => process.nextTick(resolve));
        return key;
      },
    };
    verifier = make({ keys: changing });
    await verifier.verify(token);
    await expect.poll(() => changing.generation, { interval: 5 }).toBe(2);
    expect(verifier.size).toBe(0);
  });

  it("is bounded in tokens and in characters", async () => {
    const tokens = await Promise.all(Array.from({ length: 6 }, () => issuer.token()));
    const sizes = async (bounds: { tokens: number; characters: number }) => {
      const bounded = make({ bounds });
      for (const token of tokens) await bounded.verify(token);
      return bounded.size;
    };
    const longest = Math.max(...tokens.map((token) => token.length));
    expect(await sizes({ tokens: 4, characters: 1_000_000 })).toBe(4);
    expect(await sizes({ tokens: 100, characters: longest * 3 })).toBe(3);
    expect(await sizes({ tokens: 100, characters: 100 })).toBe(0);
  });
});
