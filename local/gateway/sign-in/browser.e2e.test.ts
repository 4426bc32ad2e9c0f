import { startBrowser, whyNoBrowser } from "@express-on-ecs/kit/testing/browser";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testServer } from "../../../tools/testing/test-server";
import { authorizeQuery, CHALLENGE, testSignIn, VERIFIER } from "../testing/sign-in";
import { CLIENT } from "../testing/tokens";

/** An app: a page that shows where it was called back, and may fetch. */
async function testApp() {
  const port = await testServer((_, response) => {
    response
      .writeHead(200, { "content-type": "text/html" })
      .end("<!doctype html><title>The app</title><h1>The app</h1>");
  });
  return `http://127.0.0.1:${port}/signed-in`;
}

/** Gets tokens from within the app's page. */
function redeem(page: Page, url: string, form: Readonly<Record<string, string>>) {
  return page.evaluate(
    async ([endpoint, body]) => {
      const answer = await fetch(endpoint, { method: "POST", body: new URLSearchParams(body) });
      return { status: answer.status, body: (await answer.json()) as unknown };
    },
    [`${url}/oauth2/token`, form] as const,
  );
}

describe.skipIf(whyNoBrowser() !== undefined)("signing in with a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  async function open(colorScheme: "light" | "dark" = "light") {
    const callback = await testApp();
    const { url } = await testSignIn({ callbackUrls: [callback] });
    const context = await browser.newContext({ colorScheme });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    await page.goto(`${url}/oauth2/authorize?${authorizeQuery({ redirect_uri: callback })}`);
    return { page, context, url, callback, complaints };
  }

  it("leads from /oauth2/authorize to a token, by the keyboard alone", async () => {
    const { page, url, callback, complaints } = await open();
    expect(await page.title()).toBe("Sign in");
    await page.keyboard.type("ada");
    await page.keyboard.press("Tab");
    await page.keyboard.type("wrong");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#password-fault");
    expect(await page.getByLabel("Password").getAttribute("aria-describedby")).toBe("password-fault");
    expect(await page.getByLabel("User name or e-mail address").inputValue()).toBe("ada");
    // The cursor is in the field that was wrong.
    await page.keyboard.type("right");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL(`${callback}?**`);
    const parameters = new URL(page.url()).searchParams;
    expect(parameters.get("state")).toBe("a state & more");
    const code = parameters.get("code") ?? "";
    const form = { grant_type: "authorization_code", client_id: CLIENT, code, redirect_uri: callback };
    expect(await redeem(page, url, { ...form, code_verifier: VERIFIER })).toEqual({
      status: 200,
      body: { access_token: "for-ada", expires_in: 3_600, token_type: "Bearer" },
    });
    // Chromium tells of the form's 400; of the policy's complaints there is none.
    expect(complaints.filter((text) => /content security policy|refused/i.test(text))).toEqual([]);
  });

  it("goes back to the app without a page where they are signed in", async () => {
    const { page, url, callback } = await open();
    await page.getByLabel("User name or e-mail address").fill("ada");
    await page.getByLabel("Password").fill("right");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL(`${callback}?**`);
    const query = authorizeQuery({ redirect_uri: callback, state: "second", code_challenge: CHALLENGE });
    await page.goto(`${url}/oauth2/authorize?${query}`);
    expect(page.url()).toMatch(/\/signed-in\?code=[\w-]+&state=second$/);
  });

  it.each(["light", "dark"] as const)("has pages that axe finds nothing wrong with, in %s", async (colorScheme) => {
    const { page } = await open(colorScheme);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForSelector("#username-fault");
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate<{ violations: { id: string }[] }>("axe.run()");
    expect(violations).toEqual([]);
  });
});
