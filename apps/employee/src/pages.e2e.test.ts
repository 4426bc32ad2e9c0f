import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { startBrowser, whyNoBrowser } from "@express-on-ecs/kit/testing/browser";
import { killRunning, type RunningService } from "@express-on-ecs/kit/testing/run-service";
import {
  type SuppliersDatabase,
  startSuppliersDatabase,
} from "@express-on-ecs/suppliers-kit/testing/suppliers-database";
import axe from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const SCREENSHOTS = join(import.meta.dirname, "../../../.local/screenshots");

let database: SuppliersDatabase;
let customer: RunningService;
let employee: RunningService;
let browser: Browser;

/** Long, for a busy machine: it only ends a test that hangs. */
const TIMEOUT_MILLISECONDS = 300_000;

/** How people look at a page. */
const VIEWS = [
  { name: "light", viewport: { width: 1280, height: 800 }, colorScheme: "light" },
  { name: "dark", viewport: { width: 1280, height: 800 }, colorScheme: "dark" },
  { name: "phone", viewport: { width: 375, height: 700 }, colorScheme: "light" },
] as const;

/** A page: the way to it. */
type Way = (page: Page) => Promise<unknown>;

async function sendForm(page: Page, path: string, values: Readonly<Record<string, string>>): Promise<void> {
  await page.goto(employee.url + path);
  for (const [name, value] of Object.entries(values)) await page.fill(`#${name}`, value);
  await submit(page);
}

/** Sends the form of a page, and waits for the page that is the answer: the click itself does not wait until it is loaded. */
async function submit(page: Page): Promise<void> {
  await Promise.all([page.waitForEvent("load"), page.click("form.card button")]);
}

/** Somebody else changes a supplier while the form is open. */
async function conflict(page: Page): Promise<void> {
  await page.goto(`${employee.url}/admin/supplier-update/2`);
  const other = await page.context().newPage();
  await other.goto(`${employee.url}/admin/supplier-update/2`);
  await other.fill("#city", `Elsewhere ${Date.now()}`);
  await other.click("form.card button");
  await other.waitForURL("**/admin/suppliers");
  await other.close();
  await page.fill("#address", "1 New Street");
  await submit(page);
}

const PAGES: Readonly<Record<string, Way>> = {
  "customer-home": (page) => page.goto(`${customer.url}/`),
  "customer-list": (page) => page.goto(`${customer.url}/suppliers`),
  "customer-nothing-found": (page) => page.goto(`${customer.url}/suppliers?q=xyz`),
  "customer-not-found": (page) => page.goto(`${customer.url}/nowhere`),
  "customer-broken-link": (page) => page.goto(`${customer.url}/suppliers?after=x`),
  "employee-home": (page) => page.goto(`${employee.url}/admin`),
  "employee-list": (page) => page.goto(`${employee.url}/admin/suppliers`),
  "employee-add": (page) => page.goto(`${employee.url}/admin/supplier-add`),
  "employee-add-errors": (page) => sendForm(page, "/admin/supplier-add", { name: "O'Brien <b>", email: "nobody" }),
  "employee-added": (page) =>
    sendForm(page, "/admin/supplier-add", {
      name: `O'Brien <b> ${Date.now()}`,
      address: "1 Main Street",
      city: "Cork",
      state: "Munster",
      email: "o'brien@example.com",
      phone: "+353 (21) 555-01234",
    }),
  "employee-update": (page) => page.goto(`${employee.url}/admin/supplier-update/1`),
  "employee-conflict": conflict,
  "employee-remove": (page) => page.goto(`${employee.url}/admin/supplier-remove/1`),
  "employee-not-found": (page) => page.goto(`${employee.url}/admin/supplier-update/4000000`),
};

const violationsOf = async (page: Page): Promise<readonly string[]> => {
  // Through the debugger, which no content security policy stops: a <script> would be.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>("axe.run()");
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
};

/** What the browser complains of: a blocked style, a script, a file that is missing. */
function complaintsOf(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on("console", (message) => {
    const own = /the server responded with a status of (400|404|409|422)/.test(message.text());
    if (!own && ["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("requestfailed", (request) => complaints.push(`${request.url()} failed`));
  return complaints;
}

async function hasNoSidewaysScroll(page: Page): Promise<boolean> {
  return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth");
}

const missing = whyNoBrowser();

if (missing) console.warn(`no test of the pages: ${missing}`);

describe.skipIf(missing)("the pages", () => {
  beforeAll(async () => {
    await mkdir(SCREENSHOTS, { recursive: true });
    database = await startSuppliersDatabase();
    for (const name of ["prepare", "migrate", "seed"] as const) expect((await database.command(name)).status).toBe(0);
    [customer, employee, browser] = await Promise.all([
      database.start("customer"),
      database.start("employee"),
      startBrowser(),
    ]);
  });

  afterAll(async () => {
    await browser.close();
    killRunning();
    await database.close();
  });

  describe.each(VIEWS)("in $name", ({ name, viewport, colorScheme }) => {
    let context: BrowserContext;
    beforeAll(async () => {
      context = await browser.newContext({ viewport, colorScheme, reducedMotion: "reduce" });
      context.setDefaultTimeout(TIMEOUT_MILLISECONDS);
    });
    afterAll(() => context.close());

    it.each(Object.entries(PAGES))("%s has nothing that axe finds, and fits", async (title, way) => {
      const page = await context.newPage();
      const complaints = complaintsOf(page);
      await way(page);
      await page.screenshot({ path: join(SCREENSHOTS, `${title}-${name}.png`), fullPage: true });
      expect(await violationsOf(page)).toEqual([]);
      expect(await hasNoSidewaysScroll(page)).toBe(true);
      expect(complaints).toEqual([]);
      await page.close();
    });
  });

  describe("with the keyboard alone", () => {
    it("a supplier is found, from the skip link on", async () => {
      const page = await browser.newPage();
      page.setDefaultTimeout(TIMEOUT_MILLISECONDS);
      await page.goto(`${customer.url}/suppliers`);
      await page.keyboard.press("Tab");
      expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the content");
      await page.keyboard.press("Enter");
      await page.waitForURL("**#content");
      await page.keyboard.press("Tab");
      await page.keyboard.type("o'brien");
      await page.keyboard.press("Enter");
      await page.waitForURL("**q=o%27brien");
      expect(await page.locator("tbody tr").count()).toBeGreaterThan(0);
      await page.close();
    });
  });
});
