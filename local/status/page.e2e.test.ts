import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startBrowser, whyNoBrowser } from "@express-on-ecs/kit/testing/browser";
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { Failure } from "../../tools/failure";
import type { ActState } from "./state";
import { FakeStatusPage } from "./testing/fake-status-page";
import { fixture, TASKS } from "./testing/fixture";

/** Ignored by git, as everything there. */
const SCREENSHOTS = join(import.meta.dirname, "../../.local/screenshots/status-page");

/** How people look at a page. */
const LOOKS: Readonly<Record<string, BrowserContextOptions>> = {
  light: { viewport: { width: 1_440, height: 900 }, colorScheme: "light" },
  dark: { viewport: { width: 1_440, height: 900 }, colorScheme: "dark" },
  phone: { viewport: { width: 360, height: 740 }, colorScheme: "light" },
};

const VIEWS = ["architecture", "services", "requests", "deliveries", "activity"];

const TRACED = {
  status: 200,
  ms: 4.2,
  headers: [["content-type", "application/json"]],
  body: '{"service":"Medical"}',
  isCut: false,
  served: fixture().requests[0],
};

const ACT: ActState = {
  id: 1,
  title: "Scale service-a to 3",
  service: "service-a",
  status: "running",
  lines: ["  … waiting for the steady state of service-a"],
  startedAt: Date.now(),
  endedAt: undefined,
};

const violationsOf = async (page: Page): Promise<readonly string[]> => {
  // Through the debugger, which no content security policy stops: a <script> would be.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>("axe.run()");
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
};

/** How much of the page is beyond the right edge of the screen, in pixels. */
const overflowOf = (page: Page) =>
  page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");

const focusedText = (page: Page) => page.evaluate<string>("document.activeElement.textContent.trim()");

describe.skipIf(whyNoBrowser() !== undefined)("the status page in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
    mkdirSync(SCREENSHOTS, { recursive: true });
  });
  afterAll(() => browser?.close());

  /** The page with the fixture's state, and whatever the browser has to say of it. */
  async function open(look: BrowserContextOptions = LOOKS.light ?? {}) {
    const fake = await FakeStatusPage.start();
    fake.answers.set("trace", TRACED);
    fake.answers.set("tags", { tags: ["0123abc", "4567def"] });
    fake.answers.set("logs", { lines: ["listening on port 5000"] });
    fake.answers.set("mail", { text: "Dear Ann, <script>alert(1)</script>" });
    const context = await browser.newContext(look);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", ({ message }) => complaints.push(message));
    onTestFinished(async () => {
      await context.close();
      await fake.close();
    });
    await page.goto(fake.url);
    await page.getByRole("heading", { name: "jenkins-ecs", exact: true }).waitFor();
    return { fake, page, complaints };
  }

  describe.each(Object.entries(LOOKS))("in %s", (name, look) => {
    it("has views that axe finds nothing wrong with, and that are as wide as the screen", async () => {
      const { fake, page, complaints } = await open(look);
      for (const view of VIEWS) {
        await page.goto(`${fake.url}/#${view}`);
        await page.locator(`nav a[href="#${view}"][aria-current=page]`).waitFor();
        expect([view, ...(await violationsOf(page))]).toEqual([view]);
        expect([view, await overflowOf(page)]).toEqual([view, 0]);
        await page.screenshot({ path: join(SCREENSHOTS, `${name}-${view}.png`), fullPage: true });
      }
      // Of the content security policy's complaints among them there is none.
      expect(complaints).toEqual([]);
    });

    it("has dialogs, acts and traces that axe finds nothing wrong with", async () => {
      const { fake, page } = await open(look);
      fake.show({ acts: [ACT] });
      await page.getByRole("button", { name: "Send", exact: true }).click();
      await page.getByRole("list", { name: "The way of the request" }).waitFor();
      await page.getByText("waiting for the steady state").waitFor();
      expect(await violationsOf(page)).toEqual([]);
      await page.screenshot({ path: join(SCREENSHOTS, `${name}-traced.png`), fullPage: true });
      await page.getByRole("button", { name: "service-a", exact: true }).click();
      await page.getByRole("dialog", { name: "service-a" }).waitFor();
      expect(await violationsOf(page)).toEqual([]);
      await page.screenshot({ path: join(SCREENSHOTS, `${name}-service.png`) });
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "1a2b3c4d healthy" }).click();
      await page.getByText("listening on port 5000").waitFor();
      expect(await violationsOf(page)).toEqual([]);
      await page.screenshot({ path: join(SCREENSHOTS, `${name}-task.png`) });
    });
  });

  it("is used by the keyboard alone: past the head, into a dialog that keeps the focus, out of it by Escape", async () => {
    const { page } = await open();
    await page.keyboard.press("Tab");
    expect(await focusedText(page)).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    // The browser goes to a place on the page in its own time.
    await expect.poll(() => page.evaluate("document.activeElement.id")).toBe("main");
    for (let presses = 0; (await focusedText(page)) !== "service-a" && presses < 30; presses++)
      await page.keyboard.press("Tab");
    expect(await focusedText(page)).toBe("service-a");
    const outline = "getComputedStyle(document.activeElement).outlineStyle";
    expect(await page.evaluate(outline)).toBe("solid");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "service-a" }).waitFor();
    const outside: unknown[] = [];
    for (let presses = 0; presses < 30; presses++) {
      await page.keyboard.press("Tab");
      // From its last element the focus goes to the browser's own controls, where the body stands for the page.
      const inside = "document.activeElement === document.body || !!document.activeElement.closest('dialog')";
      if (!(await page.evaluate(inside))) outside.push(await focusedText(page));
    }
    expect(outside).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await expect.poll(() => focusedText(page)).toBe("service-a");
  });

  it("shows a task that is gone and another one in its place, without being loaded again", async () => {
    const { fake, page } = await open();
    const { tasks } = fixture();
    const id = "9".repeat(32);
    fake.show({ tasks: tasks.map((task) => (task.id === TASKS.a1 ? { ...task, id, status: "PENDING" } : task)) });
    await page.getByRole("button", { name: "99999999 pending" }).waitFor();
    expect(await page.getByRole("button", { name: "1a2b3c4d" }).count()).toBe(0);
  });

  it("says it when it has lost the server", async () => {
    const { fake, page } = await open();
    await page.locator(".summary .chip", { hasText: "Live" }).waitFor();
    await fake.close();
    await page.getByText("Lost: trying again").waitFor();
  });

  it("tries again by itself where it was refused", async () => {
    const { page } = await open();
    let refusals = 0;
    await page.route("**/events", (route) => {
      if (refusals++ === 0) return route.fulfill({ status: 503, body: "too many pages are open" });
      return route.continue();
    });
    await page.reload();
    await page.locator(".summary .chip", { hasText: "Live" }).waitFor();
    await page.getByRole("heading", { name: "jenkins-ecs", exact: true }).waitFor();
    expect(refusals).toBe(2);
  });

  it("marks the way of a traced request in words and in the picture", async () => {
    const { fake, page } = await open();
    await page.getByLabel("Path").fill("/medical/1?x=2");
    await page.getByLabel("Method").selectOption("POST");
    await page.getByText("Host, token and body").click();
    await page.getByLabel("Body", { exact: true }).fill("{}");
    await page.getByRole("button", { name: "Send", exact: true }).click();
    const way = page.getByRole("list", { name: "The way of the request" });
    expect((await way.innerText()).replace(/\s+/g, " ")).toBe(
      "listener jenkins-ecs-local, HTTP 80 rule 100: path /medical, /medical/*, /security, /security/* " +
        "target group sa-1 task service-a 1a2b3c4d at i-0a1b2c3d:32768 answer ● 200 in 4.2 ms",
    );
    expect(fake.asked.find(({ name }) => name === "trace")?.asked).toEqual({
      to: fixture().balancers[0]?.listeners[0]?.arn,
      method: "POST",
      path: "/medical/1?x=2",
      body: "{}",
    });
    expect(await page.locator(".rule.marked").innerText()).toContain("100");
    await expect.poll(() => page.getByRole("button", { name: "1a2b3c4d healthy traced" }).count()).toBe(1);
    await expect.poll(() => page.locator(".edges path.marked").count()).toBe(2);
    await page.getByRole("button", { name: "Clear" }).click();
    await expect.poll(() => page.locator(".marked").count()).toBe(0);
  });

  it("traces a request through an API, with the token that it asks for", async () => {
    const { fake, page } = await open();
    fake.answers.set("trace", { ...TRACED, api: { name: "public-api", route: "GET /finance", refusal: undefined } });
    await page.getByLabel("Listener or API").selectOption({ label: "jenkins-ecs-local, HTTP API" });
    await expect.poll(() => page.getByLabel("Path").inputValue()).toBe("/finance");
    await page.getByText("Host, token and body").click();
    await page.getByLabel("Bearer token").fill("abc.def-_");
    await page.getByRole("button", { name: "Send", exact: true }).click();
    const way = page.getByRole("list", { name: "The way of the request" });
    expect((await way.innerText()).replace(/\s+/g, " ")).toMatch(
      /^API public-api route GET \/finance listener jenkins-ecs-local, HTTP 80 rule 100: .* task service-a /,
    );
    expect(fake.asked.find(({ name }) => name === "trace")?.asked).toEqual({
      ...{ to: "a1b2c3", method: "GET", path: "/finance", token: "abc.def-_" },
    });
    expect(await page.locator("main").innerHTML()).not.toContain("abc.def-_");
    fake.answers.set("trace", {
      ...{ ...TRACED, status: 401, served: undefined },
      api: { name: "public-api", route: "GET /finance", refusal: "Unauthorized" },
    });
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await way.getByText("the API itself: Unauthorized").waitFor();
    expect((await way.innerText()).replace(/\s+/g, " ")).toBe(
      "API public-api route GET /finance answered by the API itself: Unauthorized answer ▲ 401 in 4.2 ms",
    );
  });

  it("shows the way of somebody else's request", async () => {
    const { fake, page } = await open();
    await page.goto(`${fake.url}/#requests`);
    await page.getByRole("button", { name: "Show the way of GET /medical" }).click();
    await page.getByRole("button", { name: "1a2b3c4d healthy traced" }).waitFor();
  });

  it.each<[string, (page: Page) => Promise<void>, unknown]>([
    [
      "release",
      async (page) => {
        await page.getByLabel("Image tag").selectOption("4567def");
        await page.getByRole("button", { name: "Release the tag" }).click();
      },
      { service: "service-a", tag: "4567def" },
    ],
    ["redeploy", (page) => page.getByRole("button", { name: "Replace all tasks" }).click(), { service: "service-a" }],
    [
      "scale",
      async (page) => {
        await page.getByLabel("Tasks", { exact: true }).fill("3");
        await page.getByRole("button", { name: "Scale" }).click();
      },
      { service: "service-a", tasks: 3 },
    ],
    [
      "load",
      async (page) => {
        await page.getByLabel("Requests/s").fill("50");
        await page.getByLabel("Seconds").fill("10");
        await page.getByRole("button", { name: "Send load" }).click();
      },
      { service: "service-a", rate: 50, seconds: 10 },
    ],
  ])("asks for %s from the dialog of a service", async (name, act, asked) => {
    const { fake, page } = await open();
    await page.getByRole("button", { name: "service-a", exact: true }).click();
    await act(page);
    await expect.poll(() => fake.asked.filter((one) => one.name === name)).toEqual([{ name, asked }]);
  });

  it("asks for the end of a task from its dialog, and for the walk of a pipeline", async () => {
    const { fake, page } = await open();
    await page.getByRole("button", { name: "1a2b3c4d healthy" }).click();
    await page.getByRole("button", { name: "Kill the task" }).click();
    await expect.poll(() => fake.asked).toContainEqual({ name: "kill", asked: { task: TASKS.a1 } });
    await page.keyboard.press("Escape");
    await page.goto(`${fake.url}/#deliveries`);
    await page.getByLabel("When it asks").selectOption("reject");
    await page.getByRole("button", { name: "Walk it for service-b" }).click();
    const walk = { service: "service-b", decision: "reject", confirm: false };
    await expect.poll(() => fake.asked).toContainEqual({ name: "walk", asked: walk });
  });

  it("says why an act is refused", async () => {
    const { fake, page } = await open();
    fake.answers.set("scale", new Failure('"Scale service-a to 2" is under way: wait for its end, or stop it'));
    await page.getByRole("button", { name: "service-a", exact: true }).click();
    await page.getByRole("button", { name: "Scale" }).click();
    expect(await page.getByRole("alert").innerText()).toContain("is under way: wait for its end");
  });

  it("shows how an act goes on, also in a dialog, lets it be stopped, and says what became of it", async () => {
    const { fake, page } = await open();
    fake.show({ acts: [ACT] });
    await page.getByText("waiting for the steady state").waitFor();
    await page.getByRole("button", { name: "service-b", exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Stop" }).click();
    await expect.poll(() => fake.asked).toContainEqual({ name: "stop", asked: { act: 1 } });
    fake.show({ acts: [{ ...ACT, status: "stopped", lines: ["stopped"], endedAt: Date.now() }] });
    await expect.poll(() => page.getByRole("status").innerText()).toBe("Scale service-a to 3: stopped");
  });

  it("shows what others have written as text, never as markup", async () => {
    const { fake, page } = await open();
    await page.goto(`${fake.url}/#deliveries`);
    await page.getByRole("button", { name: "Welcome <b>Ann</b>" }).click();
    await page.getByText("Dear Ann, <script>alert(1)</script>").waitFor();
    expect(await page.locator("main b, dialog script").count()).toBe(0);
  });

  it("keeps still for those who want no motion", async () => {
    const { page } = await open({ ...LOOKS.light, reducedMotion: "reduce" });
    await expect.poll(() => page.locator(".edges path.flowing").count()).toBe(1);
    expect(await page.evaluate("getComputedStyle(document.querySelector('.flowing')).animationName")).toBe("none");
  });
});
