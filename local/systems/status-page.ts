import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startBrowser, whyNoBrowser } from "@express-on-ecs/kit/testing/browser";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Systems } from "../testing/systems";

const CLUSTER = "jenkins-ecs-local";

/** Ignored by git, as everything there. */
const SCREENSHOTS = join(import.meta.dirname, "../../.local/screenshots/status-page");

/** The machine may be busy: what the page shows is what AWS's APIs say, some seconds later. */
const SOON = { timeout: 60_000 };

/** An act may be a whole deployment. */
const ENDED = { timeout: 5 * 60_000 };

/** The page shows the rate of the last ten seconds: it has to be looked at while there is one. */
const LOAD_SECONDS = 20;

/** What a person sees and does on the status page who has opened it in a browser. */
export function testStatusPage(running: () => Systems): void {
  describe.skipIf(whyNoBrowser() !== undefined)("the status page", () => {
    let systems: Systems;
    let url: string;
    let browser: Browser;
    let page: Page;

    beforeAll(async () => {
      systems = running();
      url = /in a browser: (http:\/\/\S+)/.exec(systems.start.output)?.[1] ?? "";
      browser = await startBrowser();
      page = await browser.newPage({ viewport: { width: 1_440, height: 900 } });
      page.setDefaultTimeout(SOON.timeout);
      await page.goto(url);
      await page.getByRole("heading", { name: "jenkins-ecs", exact: true }).waitFor();
    });
    afterAll(() => browser?.close());

    const task = (id: string) => page.getByRole("button", { name: id.slice(0, 8) });
    const idsOf = async (service: string) =>
      (await systems.tasks(CLUSTER, service)).map((arn) => arn.slice(arn.lastIndexOf("/") + 1));
    const open = (service: string) =>
      page
        .locator(`[data-node="service:${CLUSTER}/${service}"]`)
        .getByRole("button", { name: service, exact: true })
        .click();
    /** What the page shows of an act, when it has ended. */
    const outcome = async (title: string | RegExp) => {
      await page.keyboard.press("Escape");
      await page.goto(`${url}/#activity`);
      const act = page.locator("article", { has: page.getByRole("heading", { name: title }) }).first();
      await expect.poll(() => act.locator(".chip").innerText(), ENDED).not.toContain("running");
      const text = await act.innerText();
      await page.goto(`${url}/#architecture`);
      return text;
    };

    it("is named by `npm run local -- status` too", async () => {
      expect(await systems.local("status")).toContain(`status page: ${url}`);
    });

    it("shows the tasks that run, without a fault of its own, and axe finds nothing wrong with it", async () => {
      for (const service of ["service-a", "service-b"]) for (const id of await idsOf(service)) await task(id).waitFor();
      expect(await page.locator("main > .fault").allInnerTexts()).toEqual([]);
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate<{ violations: { id: string }[] }>("axe.run()");
      expect(violations.map(({ id }) => id)).toEqual([]);
    });

    it("traces a request to its rule and to the task that has logged it", async () => {
      const balancer = page.getByLabel("Listener or API");
      await balancer.selectOption({ label: `${CLUSTER}, HTTP 80` });
      await page.getByLabel("Path").fill("/finance/of-the-status-page");
      await page.getByRole("button", { name: "Send", exact: true }).click();
      const way = page.getByRole("list", { name: "The way of the request" });
      const text = (await way.innerText()).replace(/\s+/g, " ");
      expect(text).toContain(`listener ${CLUSTER}, HTTP 80 rule 200: path /finance, /finance/*`);
      const id = /task service-b ([0-9a-f]{8}) at/.exec(text)?.[1] ?? "";
      await task(id).filter({ hasText: "traced" }).waitFor();
      mkdirSync(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: join(SCREENSHOTS, "deployed.png"), fullPage: true });
      await expect.poll(() => systems.local(`logs ${id}`), SOON).toContain("/finance/of-the-status-page");
    });

    it("shows what others ask for, and what a load balancer answers itself", async () => {
      await fetch(`${systems.start.listener(CLUSTER, 80)}/of-nobody?token=not-shown`);
      await page.goto(`${url}/#requests`);
      const row = page.locator("tr", { hasText: "/of-nobody" }).first();
      await row.waitFor();
      expect(await row.innerText()).toMatch(/404[\s\S]*the load balancer itself/);
      expect(await page.locator("main").innerText()).not.toContain("not-shown");
      await page.goto(`${url}/#architecture`);
    });

    it("kills a task, and shows the one that ECS starts in its place, without being loaded again", async () => {
      const [killed = "", ...others] = await idsOf("service-a");
      await page.evaluate("window.notLoadedAgain = true");
      await task(killed).click();
      await page.getByRole("button", { name: "Kill the task" }).click();
      await page.keyboard.press("Escape");
      await task(killed).waitFor({ state: "detached" });
      await expect
        .poll(async () => (await idsOf("service-a")).filter((id) => id !== killed).length, SOON)
        .toBe(others.length + 1);
      for (const id of await idsOf("service-a"))
        if (id !== killed) await task(id).filter({ hasText: "healthy" }).waitFor();
      expect(await page.evaluate("window.notLoadedAgain")).toBe(true);
    });

    it("sends load to a service, and shows how much it is asked", async () => {
      await open("service-b");
      await page.getByLabel("Requests/s").fill("20");
      await page.getByLabel("Seconds").fill(String(LOAD_SECONDS));
      await page.getByRole("button", { name: "Send load" }).click();
      const card = page.locator(`[data-node="service:${CLUSTER}/service-b"]`);
      await expect.poll(() => card.innerText(), SOON).toMatch(/[1-9]\S*\srequests\/s/);
      expect(await outcome("Load on service-b")).toMatch(/succeeded[\s\S]*[1-9]\d* requests in [\s\S]* 0 failed/);
    });

    it("starts a deployment that replaces every task, and follows it to its end", async () => {
      const before = await idsOf("service-b");
      await open("service-b");
      await page.getByRole("button", { name: "Replace all tasks" }).click();
      expect(await outcome("New deployment of service-b")).toMatch(/succeeded[\s\S]*every task was replaced/);
      const now = await idsOf("service-b");
      expect(now.filter((id) => before.includes(id))).toEqual([]);
      for (const id of now) await task(id).waitFor();
    });

    it("releases an image tag by the release program, which says that it runs already", async () => {
      await open("service-b");
      await page.getByRole("button", { name: "Release the tag" }).click();
      expect(await outcome(/^Release \S+ of service-b$/)).toMatch(/succeeded[\s\S]*nothing to change: service-b runs/);
    });

    it("tells nobody what is in the environment of a task", async () => {
      const stop = new AbortController();
      const answer = await fetch(`${url}/events`, { signal: stop.signal });
      const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
      let told = "";
      while (!told.includes('"services":')) told += (await reader?.read())?.value ?? "";
      stop.abort();
      expect(told).not.toContain("MEDICAL_SERVICE");
      expect(told).not.toMatch(/"(environment|secrets)":\s*\[/);
    });
  });
}
