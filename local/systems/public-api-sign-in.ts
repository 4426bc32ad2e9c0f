import { createHash, randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startBrowser, whyNoBrowser } from "@express-on-ecs/kit/testing/browser";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PublicApi, WithApi } from "../testing/public-api";

/** As config/environments/local.json has it. */
const CALLBACK = "http://localhost:3000/callback";
const ANN = "ann@example.com";

/** Ignored by git, as everything there. */
const SCREENSHOTS = join(import.meta.dirname, "../../.local/screenshots");

const missing = whyNoBrowser();

/** A person signs in, and an app's page in that browser calls the API for them. */
export function testPublicApiSignIn(running: () => WithApi): void {
  if (missing) console.warn(`no test of signing in: ${missing}`);

  describe.skipIf(missing)("a person in a browser", () => {
    let browser: Browser;
    let page: Page;
    let api: PublicApi;
    let password: string;

    beforeAll(async () => {
      const { systems } = running();
      ({ api } = running());
      password = (await systems.local(`user ${ANN}`)).trim();
      systems.keepOut(password);
      browser = await startBrowser();
      // Chromium takes the app for one of the internet, which has to ask before it calls this machine.
      const context = await browser.newContext({ permissions: ["local-network-access"] });
      // The app: nothing has to listen where it would be.
      const body = "<!doctype html><title>The app</title><h1>The app</h1>";
      await context.route(`${CALLBACK}?*`, (route) => route.fulfill({ contentType: "text/html", body }));
      page = await context.newPage();
    });
    afterAll(() => browser?.close());

    const verifier = randomBytes(32).toString("base64url");
    const authorize = () => {
      const query = new URLSearchParams({
        response_type: "code",
        client_id: api.client,
        redirect_uri: CALLBACK,
        scope: "openid service-b-api/read",
        state: "where-i-was",
        code_challenge: createHash("sha256").update(verifier).digest("base64url"),
        code_challenge_method: "S256",
      });
      return `${api.signIn}/oauth2/authorize?${query}`;
    };

    it("sees a page that axe finds nothing wrong with, and is told that the password is wrong", async () => {
      await page.goto(authorize());
      await page.getByLabel("User name or e-mail address").fill(ANN);
      await page.getByLabel("Password").fill("wrong");
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.waitForSelector("#password-fault");
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate<{ violations: { id: string }[] }>("axe.run()");
      expect(violations).toEqual([]);
      mkdirSync(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: join(SCREENSHOTS, "sign-in.png"), fullPage: true });
    });

    it("is sent back to the app with a code, for which the app's page gets a token and calls the API", async () => {
      const { systems } = running();
      await page.getByLabel("Password").fill(password);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.waitForURL(`${CALLBACK}?**`);
      const answered = new URL(page.url()).searchParams;
      expect(answered.get("state")).toBe("where-i-was");
      const form = {
        grant_type: "authorization_code",
        client_id: api.client,
        redirect_uri: CALLBACK,
        code: answered.get("code") ?? "",
        code_verifier: verifier,
      };
      const redeemed = await inPage(page, `${api.signIn}/oauth2/token`, { form });
      expect(redeemed.status).toBe(200);
      const tokens = redeemed.body as Readonly<Record<string, string>>;
      for (const kind of ["access_token", "id_token", "refresh_token"]) systems.keepOut(tokens[kind] ?? "");
      expect(await inPage(page, `${api.gateway}/finance`, { token: tokens.access_token })).toMatchObject({
        status: 200,
        body: { service: "Finance" },
      });
      expect(await inPage(page, `${api.gateway}/usermgmt/users`, { token: tokens.access_token })).toEqual({
        status: 403,
        body: { message: "Forbidden" },
      });
      // A code is for one use.
      expect((await inPage(page, `${api.signIn}/oauth2/token`, { form })).status).toBe(400);
      const refresh = {
        grant_type: "refresh_token",
        client_id: api.client,
        refresh_token: tokens.refresh_token ?? "",
      };
      const refreshed = await inPage(page, `${api.signIn}/oauth2/token`, { form: refresh });
      const again = (refreshed.body as Readonly<Record<string, string>>).access_token ?? "";
      systems.keepOut(again);
      expect(again).not.toBe(tokens.access_token);
      expect((await inPage(page, `${api.gateway}/finance`, { token: again })).status).toBe(200);
    });
  });
}

interface Sent {
  readonly form?: Readonly<Record<string, string>>;
  readonly token?: string | undefined;
}

/** Fetches within the app's page: what CORS does not let through fails. */
function inPage(page: Page, url: string, { form, token }: Sent): Promise<{ status: number; body: unknown }> {
  return page.evaluate(
    async ([address, fields, bearer]) => {
      const answer = await fetch(address, {
        ...(fields && { method: "POST", body: new URLSearchParams(fields) }),
        headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}`, accept: "application/json" },
      });
      return { status: answer.status, body: (await answer.json()) as unknown };
    },
    [url, form, token] as const,
  );
}
