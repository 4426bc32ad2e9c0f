import { beforeAll, describe, expect, it } from "vitest";
import { Load } from "../testing/load";
import { ask, type PublicApi, type WithApi } from "../testing/public-api";
import { faultOf, type Systems } from "../testing/systems";

const NAME = "public-api-local";
const SERVICE = "service-b-api";
const CALM_MS = 150;
/** The gateway follows what is deployed: at once, unless the machine is busy. */
const SOON = { timeout: 60_000 };

const FORMER = '"GET /payment": "read"';
const ADDED = '"GET /payment/{id}": "read"';

/** A line in a service.json is all that a new route takes. */
export function testPublicApiRoutes(running: () => WithApi): void {
  describe("a route that is added to a service.json", () => {
    let systems: Systems;
    let api: PublicApi;
    let good: string;
    let other: string;

    beforeAll(async () => {
      ({ systems, api } = running());
      good = await api.token(`${SERVICE}/read`);
      other = await api.token("openid");
    });

    const edit = (from: string, to: string) =>
      systems.source.edit(`apps/${SERVICE}/service.json`, (text) => text.replace(from, to));
    const release = async () => systems.local(`release ${SERVICE} --tag ${await systems.tag(NAME, SERVICE)}`);
    const statuses = async (url: string) =>
      Promise.all([undefined, other, good].map(async (token) => (await ask(`${url}/payment/7`, { token })).status));

    it("is a new route and a new revision, and nothing else", async () => {
      expect(await ask(`${api.gateway}/payment/7`)).toMatchObject({ status: 404, body: '{"message":"Not Found"}' });
      expect(await statuses(api.gateway)).toEqual([404, 404, 404]);
      expect(await statuses(api.loadBalancer)).toEqual([404, 404, 404]);
      edit(FORMER, `${FORMER}, ${ADDED}`);
      const changes = await systems.stacks.changes("public-api");
      expect(changes.map((change) => change.replace(/\.\S+:/, ":"))).toEqual([
        "aws_apigatewayv2_route: create",
        "aws_ecs_task_definition: delete and create",
        // Which revision Terraform has made.
        "aws_ssm_parameter: update",
      ]);
    });

    it("is known to the gateway once it is deployed, and to the services once they are released, under load", async () => {
      const headers = { authorization: `Bearer ${good}` };
      const load = new Load({ url: `${api.gateway}/finance`, clients: 2, pauseMs: CALM_MS, headers });
      await systems.stacks.apply("public-api");
      // The service does not know it yet: 404 of its own, for what the gateway lets through.
      await expect.poll(() => statuses(api.gateway), SOON).toEqual([401, 403, 404]);
      expect(await statuses(api.loadBalancer)).toEqual([404, 404, 404]);
      await release();
      // Now the service's lock knows it as well; behind it, the application has no such page.
      expect(await statuses(api.gateway)).toEqual([401, 403, 404]);
      expect(await statuses(api.loadBalancer)).toEqual([401, 403, 404]);
      expect((await load.stop()).failures).toEqual([]);
      expect(await systems.stacks.planned("public-api")).toContain("No changes.");
    });

    it("is known to the contract test as well, which tells that the application has no such route", async () => {
      const test = "npm run --silent test:unit -- stacks/exposed-routes.contract.test.ts";
      const said = await faultOf(systems.start.inAnotherTerminal(test));
      expect(said).toContain("expected [ 'GET /payment/{id}' ] to deeply equal []");
    });

    it("is gone with the line", async () => {
      edit(`, ${ADDED}`, "");
      await systems.stacks.apply("public-api");
      await expect.poll(() => statuses(api.gateway), SOON).toEqual([404, 404, 404]);
      await release();
      expect(await statuses(api.loadBalancer)).toEqual([404, 404, 404]);
      expect(await systems.stacks.planned("public-api")).toContain("No changes.");
    });
  });
}
