import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as codedeploy from "@aws-sdk/client-codedeploy";
import { startBrowser, whyNoBrowser } from "@express-on-ecs/kit/testing/browser";
import type { SupplierFields } from "@express-on-ecs/suppliers-kit/supplier";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fromElsewhere } from "../testing/from-elsewhere";
import { Load } from "../testing/load";
import type { Systems } from "../testing/systems";
import { Employee, rowsOf } from "./coffee-browser";

const NAME = "coffee-suppliers-local";

const SUPPLIER: SupplierFields = {
  name: "Acme Beans",
  address: "1 Main Street",
  city: "Portland",
  state: "Oregon",
  email: "desk@acme.example",
  phone: "+1 555 555 0123",
};

/** What breaks who builds SQL, HTML or attributes by joining texts. */
const ODD: SupplierFields = {
  name: "O'Brien <b>&amp; Söhne ☕",
  address: `1" OR ""="`,
  city: "'; DROP TABLE suppliers; --",
  state: "\\'); DELETE FROM suppliers #",
  email: "o'brien'--@example.com",
  phone: "+353 (21) 555-01234",
};

/** A database, a service or a load balancer follows within seconds, unless the machine is busy. */
const SOON = { timeout: 120_000 };

const missing = whyNoBrowser();

/** What the two services do for customers and for the office, and how they are released. */
export function testCoffeeSuppliers(running: () => Systems): void {
  if (missing) console.warn(`no test of coffee-suppliers: ${missing}`);

  describe.skipIf(missing)("coffee-suppliers on this machine", () => {
    let systems: Systems;
    let browser: Browser;
    let url: string;
    let deployments: codedeploy.CodeDeployClient;

    beforeAll(async () => {
      systems = running();
      browser = await startBrowser();
      url = systems.start.listener(NAME, 80);
      deployments = new codedeploy.CodeDeployClient(systems.start.settings);
    });
    afterAll(async () => {
      await browser?.close();
      deployments?.destroy();
    });

    const describeService = (name: string) => systems.service(NAME, name);
    /** The task sets of a service: status and revision. */
    const taskSets = async (name: string) =>
      (await describeService(name)).taskSets?.map((set) => [set.status, set.taskDefinition?.split("/")[1]]);
    const runningTasks = (name: string) => systems.tasks(NAME, name);
    const countDeployments = async () => {
      const asked = { applicationName: NAME, deploymentGroupName: "customer" };
      return (await deployments.send(new codedeploy.ListDeploymentsCommand(asked))).deployments?.length;
    };
    const local = (args: string) => systems.local(args);
    const plan = () => systems.stacks.planned("coffee-suppliers");
    const status = async (path: string) => (await fetch(url + path)).status;

    describe("in a browser, through the load balancer", () => {
      it("adds a supplier, which customers see at once and cannot change", async () => {
        const employee = await Employee.sitDown(browser, url);
        expect(await employee.add(SUPPLIER)).toBe(200);
        expect(new URL(employee.page.url()).pathname).toBe("/admin/suppliers");
        expect(await employee.text()).toContain("Acme Beans");
        await employee.open("/suppliers?q=Acme");
        expect(await rowsOf(employee.page)).toEqual([Object.values(SUPPLIER)]);
        expect(await employee.page.$$("main form[method=post], a[href*=supplier-]")).toEqual([]);
        for (const path of ["/suppliers", "/supplier-add", "/supplier-remove/1"]) {
          expect((await fetch(url + path, { method: "POST" })).status, path).toBeGreaterThanOrEqual(404);
        }
        await employee.leave();
      });

      it("shows what is wrong beside the fields, and keeps what was typed", async () => {
        const employee = await Employee.sitDown(browser, url);
        expect(await employee.add({ ...SUPPLIER, name: "", phone: "12" })).toBe(422);
        expect(await employee.page.innerText("#name-error")).toBe("The supplier name is required");
        expect(await employee.page.innerText("#phone-error")).toContain(
          "Phone number should be 10 digit number plus optional country code",
        );
        expect(await employee.fields()).toEqual({ ...SUPPLIER, name: "", phone: "12" });
        await employee.fill({ name: "Mended Beans", phone: SUPPLIER.phone });
        expect(await employee.send()).toBe(200);
        await employee.leave();
      });

      it("gives quotes, markup and SQL in every field back exactly as they were typed", async () => {
        const employee = await Employee.sitDown(browser, url);
        expect(await employee.add(ODD)).toBe(200);
        await employee.open(`/suppliers?q=${encodeURIComponent(ODD.name)}`);
        expect(await rowsOf(employee.page)).toEqual([Object.values(ODD)]);
        await employee.edit(ODD.name);
        expect(await employee.fields()).toEqual(ODD);
        await employee.open("/suppliers?q=Acme");
        expect(await rowsOf(employee.page)).toHaveLength(1);
        await employee.leave();
      });

      it("tells the second of two people who edit one supplier, and loses neither's work", async () => {
        const [first, second] = [await Employee.sitDown(browser, url), await Employee.sitDown(browser, url)];
        await first.edit(SUPPLIER.name);
        await second.edit(SUPPLIER.name);
        await first.fill({ city: "Astoria" });
        expect(await first.send()).toBe(200);
        await second.fill({ address: "2 Side Street" });
        expect(await second.send()).toBe(409);
        const shown = await second.page.content();
        expect(shown).toContain("Astoria");
        expect(shown).toContain("2 Side Street");
        await first.open("/suppliers?q=Acme");
        expect(await rowsOf(first.page)).toEqual([Object.values({ ...SUPPLIER, city: "Astoria" })]);
        await Promise.all([first.leave(), second.leave()]);
      });

      it("removes a supplier after asking", async () => {
        const employee = await Employee.sitDown(browser, url);
        await employee.edit(SUPPLIER.name);
        await employee.page.click("main a[href*=supplier-remove]");
        expect(await employee.text()).toContain(SUPPLIER.name);
        expect(await employee.send()).toBe(200);
        await employee.open("/suppliers?q=Acme");
        expect(await rowsOf(employee.page)).toEqual([]);
        await employee.leave();
      });
    });

    it.each(["/admin", "/admin/suppliers", "/admin/supplier-add"])(
      "answers %s with the customer's 404 page to everybody who is not in the office",
      async (path) => {
        expect(await status(path)).toBe(200);
        const answer = await fromElsewhere(url + path);
        expect(answer.status).toBe(404);
        expect(answer.body).toContain("Sorry, we don't seem to have that page in stock");
        expect(answer.body).toContain("Coffee suppliers");
        expect(answer.body).not.toContain("Manage coffee suppliers");
        expect((await fromElsewhere(url + path, "POST")).status).toBe(404);
      },
    );

    it("says at once that the database is gone, keeps its tasks, and goes on by itself when it is back", async () => {
      const before = await Promise.all(["customer", "employee"].map(runningTasks));
      const load = new Load({ url: `${url}/suppliers`, clients: 4 });
      const home = new Load({ url: `${url}/`, clients: 2 }, { url: `${url}/admin`, clients: 2 });
      await local("database stop");
      await expect.poll(() => status("/suppliers"), SOON).toBe(503);
      await expect.poll(() => status("/admin/suppliers"), SOON).toBe(503);
      const answer = await fetch(`${url}/suppliers`);
      expect(answer.headers.get("retry-after")).toMatch(/^\d+$/);
      expect(await answer.text()).toContain("Coffee suppliers");
      await local("database start");
      // Of every task: each looks by itself whether the outage is over, with one request at a time.
      for (const path of ["/suppliers", "/admin/suppliers"]) {
        const asked = () => Promise.all(Array.from({ length: 12 }, () => status(path)));
        await expect.poll(async () => new Set(await asked()), SOON).toEqual(new Set([200]));
      }
      const [lists, homes] = await Promise.all([load.stop(), home.stop()]);
      // The application's own, not the load balancer's.
      expect(new Set(lists.failures)).toEqual(new Set(["503"]));
      expect(lists.answered).toBeGreaterThan(0);
      expect(homes.failures).toEqual([]);
      expect(await Promise.all(["customer", "employee"].map(runningTasks))).toEqual(before);
    });

    it("has rung for the outage, and is quiet again before anything is released", async () => {
      // CodeDeploy starts no deployment while one of its alarms rings.
      // CloudWatch looks at the last minutes that have data: it is quiet three minutes after the last error.
      const rolling = async () => (await systems.ringing(`${NAME}-`)).filter((name) => /-5xx-/.test(name));
      await expect.poll(rolling, { timeout: 3 * 60_000, interval: 500 }).toContain(`${NAME}-customer-5xx-blue`);
      await expect.poll(rolling, { timeout: 10 * 60_000, interval: 1_000 }).toEqual([]);
    });

    it("releases both services blue/green under load, with no failed request, and leaves nothing to change", async () => {
      const load = new Load({ url: `${url}/suppliers`, clients: 4 }, { url: `${url}/admin/suppliers`, clients: 4 });
      for (const name of ["customer", "employee"]) {
        const blue = (await describeService(name)).loadBalancers;
        await local(`push ${name} --tag two`);
        expect(await local(`release ${name} --tag two`)).toMatch(new RegExp(`${name} runs ${NAME}-${name}:2, tag two`));
        const { loadBalancers } = await describeService(name);
        expect(loadBalancers?.[0]?.targetGroupArn).not.toBe(blue?.[0]?.targetGroupArn);
        await expect.poll(() => taskSets(name), SOON).toEqual([["PRIMARY", `${NAME}-${name}:2`]]);
      }
      const { failures, answered } = await load.stop();
      expect(failures).toEqual([]);
      expect(answered).toBeGreaterThan(100);
      expect(await plan()).toContain("No changes.");
    });

    it("goes back when a release does not start, says why, and no request notices", async () => {
      const main = join(systems.source.folder, "apps/customer/src/main.ts");
      const text = readFileSync(main, "utf8");
      writeFileSync(main, `console.error("no beans today");\nprocess.exit(3);\n`);
      const load = new Load({ url: `${url}/suppliers`, clients: 4 });
      await local("push customer --tag broken");
      writeFileSync(main, text);
      const failed = await systems.failing("release customer --tag broken");
      expect(failed).toContain("no beans today");
      expect(failed).toContain(`${NAME}-customer:2 serves`);
      expect((await load.stop()).failures).toEqual([]);
      await expect.poll(() => taskSets("customer"), SOON).toEqual([["PRIMARY", `${NAME}-customer:2`]]);
      expect(await plan()).toContain("No changes.");
    });

    it("runs three customers when the configuration says so, without a deployment", async () => {
      const before = await countDeployments();
      systems.source.edit("config/environments/local.json", (text) =>
        text.replace('"customer": {', '"customer": { "replicas": { "desired": 3, "min": 3, "max": 3 },'),
      );
      await systems.start.inAnotherTerminal("CI=1 npx cdktf deploy registry network coffee-suppliers --auto-approve");
      await expect.poll(async () => (await describeService("customer")).runningCount, SOON).toBe(3);
      expect(await runningTasks("customer")).toHaveLength(3);
      expect(await countDeployments()).toBe(before);
      expect(await plan()).toContain("No changes.");
    });
  });
}
