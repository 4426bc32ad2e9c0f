import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runCollection } from "@express-on-ecs/user-management/testing/collection";
import { beforeAll, describe, expect, it } from "vitest";
import { readInbox } from "../cloud/inbox";
import { fromElsewhere } from "../testing/from-elsewhere";
import { Load } from "../testing/load";
import { Stacks } from "../testing/stacks";
import type { Systems } from "../testing/systems";
import { create, createAll, person, usernames } from "./users";

const NAME = "user-notifications-local";
const PRODUCTION = "user-notifications-local-prod";

const PEOPLE = 1_000;
const DOWN_MS = 30_000;

/** Long enough for a mail that should not come to come: the longest pause of the outbox, twice. */
const QUIET_MS = 20_000;

/** A mail is sent within seconds, and again within a minute where it was not taken; a busy machine may take longer. */
const SENT = { timeout: 180_000 };

/** Where Terraform keeps what the first walk of a pipeline has deployed. */
export function productionOf({ start, source }: Systems): Stacks {
  return new Stacks(start, source, { name: "local-prod", stateDirectory: join(start.folder, "state/local-prod") });
}

/** What the two services do together, and how the pipelines take them to production. */
export function testUserNotifications(running: () => Systems): void {
  describe("user-notifications on this machine", () => {
    let systems: Systems;
    let stacks: Stacks;
    let url: string;
    let emulatorUrl: string;

    beforeAll(() => {
      systems = running();
      stacks = systems.stacks;
      url = systems.start.listener(NAME, 80);
      emulatorUrl = systems.start.emulatorUrl;
    });

    const local = (args: string) => systems.local(args);
    const revisionOf = async (name: string, cluster = NAME) =>
      (await systems.service(cluster, name)).taskDefinition?.split("/")[1];
    const runningCount = async (name: string) => (await systems.service(NAME, name)).runningCount;
    /** Where a load balancer is served that was made after the start. */
    const listenerOf = async (name: string) => {
      const url = new RegExp(`${name}\\S* HTTP 80: (http://\\S+)`).exec(await local("status"))?.[1];
      if (!url) throw new Error(`nothing serves ${name}`);
      return url;
    };
    const mailsTo = async (prefix: string) =>
      (await readInbox(emulatorUrl)).filter(({ to }) => to[0]?.startsWith(prefix));

    it("passes the collection of requests that developers send, through the load balancer", async () => {
      const { requests, failures } = await runCollection({ baseUrl: url, sendStatus: 404 });
      expect(failures).toEqual([]);
      expect(requests).toBeGreaterThan(10);
    });

    it("mails who was created, from the configured sender, and shows it in the inbox", async () => {
      expect(await create(url, person(1, "first"))).toBe(201);
      await expect.poll(async () => (await mailsTo("first-1@")).length, SENT).toBe(1);
      const [mail] = await mailsTo("first-1@");
      expect(mail).toMatchObject({
        from: "no-reply@example.test",
        to: ["first-1@example.test"],
        subject: "Stack Simplify account creation.",
        text: "Hello First1, your stack simplify account is created successfully!",
      });
      expect(await local("inbox")).toContain("first-1@example.test");
      const shown: readonly unknown[] = JSON.parse(await local("inbox --json"));
      expect(shown).toHaveLength((await readInbox(emulatorUrl)).length);
    });

    it.each(["POST", "GET"])("is no open relay: %s /notification/send is nobody's from outside", async (method) => {
      const body = method === "POST" ? { subject: "s", content: "c", toEmails: ["victim@example.test"] } : undefined;
      expect((await fromElsewhere(`${url}/notification/send`, method, body)).status).toBe(404);
      expect(await mailsTo("victim")).toEqual([]);
    });

    it("sends 1,000 mails for 1,000 users that were created while notification was dead for 30 s, and no more", async () => {
      const taskArns = await systems.tasks(NAME, "notification");
      await Promise.all(taskArns.map((arn) => local(`kill ${arn.split("/").at(-1)}`)));
      await local("scale notification 0");
      const dead = Date.now();
      await expect.poll(() => runningCount("notification"), { timeout: 120_000 }).toBe(0);
      const people = Array.from({ length: PEOPLE }, (_, number) => person(number, "crowd"));
      expect(await createAll(url, people, 8)).toEqual({ 201: PEOPLE });
      await sleep(Math.max(0, dead + DOWN_MS - Date.now()));
      expect(await mailsTo("crowd")).toEqual([]);
      await local("scale notification 2");
      await expect
        .poll(async () => (await mailsTo("crowd")).length, { timeout: 8 * 60_000, interval: 1_000 })
        .toBe(PEOPLE);
      await sleep(QUIET_MS);
      const mails = await mailsTo("crowd");
      expect(mails).toHaveLength(PEOPLE);
      expect(new Set(mails.map(({ to }) => to[0]))).toEqual(new Set(people.map(({ email }) => email)));
      expect(new Set(mails.map(({ tags }) => tags["idempotency-key"])).size).toBe(PEOPLE);
      expect(await usernames(url, "crowd")).toHaveLength(PEOPLE);
    });

    it("sends a mail that SES has throttled", async () => {
      const body = JSON.stringify({ throttle: 5 });
      const headers = { "content-type": "application/json" };
      await fetch(`${emulatorUrl}/_local/mail-faults`, { method: "POST", headers, body });
      expect(await create(url, person(1, "throttled"))).toBe(201);
      await expect.poll(async () => (await mailsTo("throttled")).length, SENT).toBe(1);
    });

    it("releases both services under load without a failed request, and without losing a mail", async () => {
      const load = new Load(
        { url: `${url}/usermgmt/users`, clients: 3 },
        { url: `${url}/notification/health-status`, clients: 3 },
      );
      const people = Array.from({ length: 100 }, (_, number) => person(number, "release"));
      const creating = createAll(url, people, 1);
      for (const name of ["notification", "user-management"]) {
        await local(`push ${name} --tag two`);
        expect(await local(`release ${name} --tag two`)).toContain(`${name} runs ${NAME}-${name}:2, tag two`);
      }
      expect(await creating).toEqual({ 201: people.length });
      expect((await load.stop()).failures).toEqual([]);
      await expect.poll(async () => (await mailsTo("release")).length, SENT).toBe(people.length);
      expect(await stacks.planned("user-notifications")).toContain("No changes.");
    });

    describe("the pipeline", () => {
      it("asks before anything is started where nobody can answer", async () => {
        expect(await systems.failing("pipeline user-management </dev/null")).toContain("--approve");
      });

      it("stops at a rejection, with development released and production as it was", async () => {
        const said = await systems.failing("pipeline user-management --reject");
        expect(said).toContain("Approval");
        expect(await revisionOf("user-management")).toBe(`${NAME}-user-management:3`);
        expect(await revisionOf("user-management", PRODUCTION)).toBe(`${PRODUCTION}-user-management:1`);
        const [asked] = (await readInbox(emulatorUrl)).filter(({ to }) => to.includes("ops@example.test"));
        expect(asked?.text).toContain("user-management");
      });

      it("takes the source to development, checks it, and takes the same image to production once approved", async () => {
        systems.source.edit("apps/user-management/src/main.ts", (text) => `${text}// One more commit.\n`);
        await local("pipeline user-management --approve");
        expect(await systems.tag(PRODUCTION, "user-management")).toBe(await systems.tag(NAME, "user-management"));
        const productionUrl = await listenerOf(PRODUCTION);
        const answer = await fetch(`${productionUrl}/usermgmt/health-status`);
        expect([answer.status, await answer.text()]).toEqual([200, "User Management Service UP and RUNNING"]);
        expect(await create(productionUrl, person(1, "production"))).toBe(201);
        await expect.poll(async () => (await mailsTo("production")).length, SENT).toBe(1);
        expect((await mailsTo("production"))[0]?.from).toBe("no-reply@prod.example.test");
      });

      it("fails in development when the release crashes: nobody is asked, both environments serve what they served", async () => {
        const before = await Promise.all([revisionOf("notification"), revisionOf("notification", PRODUCTION)]);
        const main = join(systems.source.folder, "apps/notification/src/main.ts");
        const text = readFileSync(main, "utf8");
        writeFileSync(main, `console.error("no stamps today");\nprocess.exit(3);\n`);
        systems.source.commit("broken");
        const load = new Load({ url: `${url}/notification/health-status`, clients: 3 });
        const said = await systems.failing("pipeline notification --approve");
        writeFileSync(main, text);
        systems.source.commit("mended");
        expect(said).toContain("no stamps today");
        expect(said).not.toContain("Production");
        expect((await load.stop()).failures).toEqual([]);
        expect(await Promise.all([revisionOf("notification"), revisionOf("notification", PRODUCTION)])).toEqual(before);
      });
    });

    it("finds notification through the load balancer instead, replacing nothing, and is still no open relay", async () => {
      systems.source.edit("config/environments/local.json", (text) =>
        text.replace('"discovery": "cloud-map"', '"discovery": "load-balancer"'),
      );
      const changes = await stacks.changes("user-notifications");
      // What makes a new revision of the callers, and lets them out to the load balancer.
      const made = changes.filter((change) => change.endsWith("create")).map((change) => change.split(".")[0]);
      expect(made).toEqual([
        ...Array(2).fill("aws_ecs_task_definition"),
        "aws_lb_listener_rule",
        ...Array(2).fill("aws_vpc_security_group_egress_rule"),
      ]);
      expect(changes.filter((change) => /aws_(ecs_service|lb|lb_target_group|ecs_cluster)\./.test(change))).toEqual([
        expect.stringMatching(/^aws_ecs_service\.notification_\S+: update$/),
      ]);
      const load = new Load({ url: `${url}/usermgmt/users`, clients: 3 });
      await stacks.apply("user-notifications");
      expect(await stacks.planned("user-notifications")).toContain("No changes.");

      // Both that call it: each takes mails out of the same outbox.
      await Promise.all([
        local("release user-management --tag two"),
        local("release user-management-api --tag bootstrap"),
      ]);
      expect(await create(url, person(1, "balanced"))).toBe(201);
      await expect.poll(async () => (await mailsTo("balanced")).length, SENT).toBe(1);
      expect((await load.stop()).failures).toEqual([]);
      const body = { subject: "s", content: "c", toEmails: ["victim@example.test"] };
      expect((await fromElsewhere(`${url}/notification/send`, "POST", body)).status).toBe(404);
      expect(await stacks.planned("user-notifications")).toContain("No changes.");
    });
  });
}
