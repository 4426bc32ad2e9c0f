import { beforeAll, describe, expect, it } from "vitest";
import { Load } from "../testing/load";
import type { PublicApi, WithApi } from "../testing/public-api";
import type { Systems } from "../testing/systems";

const NAME = "public-api-local";
const SERVICE = "service-b-api";
const CALM_MS = 150;

/** From GitHub to the tasks: a push to the branch is deployed, a pull request is not. */
export function testPublicApiPipelines(running: () => WithApi): void {
  describe("the pipelines from GitHub", () => {
    let systems: Systems;
    let api: PublicApi;

    beforeAll(() => {
      ({ systems, api } = running());
    });

    const serving = async () => ({
      revision: (await systems.service(NAME, SERVICE)).taskDefinition,
      tag: await systems.tag(NAME, SERVICE),
      images: await systems.imageTags(`${NAME}/${SERVICE}`),
    });

    it("read nothing by a connection that nobody has confirmed", async () => {
      expect(await systems.failing(`pipeline ${SERVICE}`)).toContain("--confirm");
      expect(await systems.failing(`pipeline ${SERVICE} --pull-request`)).toContain("--confirm");
    });

    it("test and build a pull request, push nothing and deploy nothing", async () => {
      const before = await serving();
      await systems.local(`pipeline ${SERVICE} --pull-request --confirm`);
      expect(await serving()).toEqual(before);
    });

    it("take the branch to the tasks, under load and with no failed request, and leave nothing to change", async () => {
      const before = await serving();
      const headers = { authorization: `Bearer ${await api.token(`${SERVICE}/read`)}` };
      const load = new Load(
        { url: `${api.gateway}/finance`, clients: 2, pauseMs: CALM_MS, headers },
        { url: `${api.loadBalancer}/finance`, clients: 2, pauseMs: CALM_MS, headers },
      );
      systems.source.edit("apps/service-b/src/main.ts", (text) => `${text}// One more commit.\n`);
      await systems.local(`pipeline ${SERVICE}`);
      const { failures, answered } = await load.stop();
      expect(failures).toEqual([]);
      expect(answered).toBeGreaterThan(20);
      const after = await serving();
      expect(after.revision).not.toBe(before.revision);
      expect(before.images).not.toContain(after.tag);
      expect(after.images).toContain(after.tag);
      expect(await systems.stacks.planned("public-api")).toContain("No changes.");
    });
  });
}
