import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { writeFile } from "../../tools/testing/temporary-folder";
import type { Systems } from "../testing/systems";

const NAME = "jenkins-ecs-local";

/** What a person sees of the first system who has typed `npm start`. */
export function testJenkinsEcs(running: () => Systems): void {
  describe("jenkins-ecs on this machine", () => {
    let systems: Systems;
    let url: string;

    beforeAll(() => {
      systems = running();
      url = systems.start.listener(NAME, 80);
    });

    it.each([
      ["/medical", "Medical", "EC2"],
      ["/security", "Security", "EC2"],
      ["/finance", "Finance", "FARGATE"],
      ["/payment", "Payment", "FARGATE"],
    ])("answers %s with the page of %s on %s", async (path, service, launchType) => {
      const json = await fetch(url + path, { headers: { accept: "application/json" } });
      expect(json.status).toBe(200);
      expect(await json.json()).toMatchObject({ service, launchType, environment: "local" });
      const page = await fetch(url + path, { headers: { accept: "text/html" } });
      expect(page.headers.get("content-type")).toContain("text/html");
      expect(await page.text()).toContain(`<h1>${service}</h1>`);
    });

    it("answers a path that no rule matches with the listener's default action", async () => {
      for (const path of ["/", "/medicalfoo", "/MEDICAL", "/healthcheck"]) {
        const response = await fetch(url + path);
        expect([response.status, await response.text()]).toEqual([404, "not found: no service answers this path"]);
      }
    });

    it("lets the service answer what is below its own paths", async () => {
      const response = await fetch(`${url}/medical/nothing-here`, { headers: { accept: "application/json" } });
      expect(response.status).toBe(404);
      expect(response.headers.get("content-type")).toContain("application/problem+json");
    });

    it("is what `npx cdktf diff` in another terminal talks to", async () => {
      const printed = await systems.start.inAnotherTerminal("CI=1 npx cdktf diff registry");
      expect(printed).toContain("No changes.");
    });

    it("is what `aws ecs` in another terminal would see: both services, with their capacity providers", async () => {
      const seen = ["service-a", "service-b"].map(async (name) => {
        const { desiredCount, capacityProviderStrategy } = await systems.service(NAME, name);
        return [desiredCount, capacityProviderStrategy?.[0]?.capacityProvider];
      });
      expect(await Promise.all(seen)).toEqual([
        [2, NAME],
        [2, "FARGATE"],
      ]);
    });

    it("lets Terraform wait for the steady state of a service", async () => {
      const folder = join(systems.start.folder, "steady");
      const { taskDefinition = "", networkConfiguration } = await systems.service(NAME, "service-b");
      const { subnets = [], securityGroups = [] } = networkConfiguration?.awsvpcConfiguration ?? {};
      writeFile(folder, "main.tf.json", JSON.stringify(steadyService(taskDefinition, { subnets, securityGroups })));
      const steady = (args: string) =>
        systems.start.inAnotherTerminal(`"$TERRAFORM_BINARY_NAME" -chdir='${folder}' ${args} -input=false -no-color`);
      await steady("init");
      await steady("apply -auto-approve");
      expect(await steady("plan -detailed-exitcode")).toContain("No changes.");
      await steady("destroy -auto-approve");
    });
  });
}

/** A service beside the others, which Terraform takes as made only when its task runs. */
function steadyService(taskDefinition: string, network: { subnets: string[]; securityGroups: string[] }) {
  const { subnets, securityGroups } = network;
  return {
    terraform: { required_providers: { aws: { source: "hashicorp/aws", version: "5.100.0" } } },
    provider: { aws: { max_retries: 2, skip_credentials_validation: true, skip_metadata_api_check: "true" } },
    resource: {
      aws_ecs_service: {
        steady: {
          name: "steady",
          cluster: NAME,
          task_definition: taskDefinition,
          desired_count: 1,
          launch_type: "FARGATE",
          network_configuration: { subnets, security_groups: securityGroups },
          wait_for_steady_state: true,
          timeouts: { create: "10m" },
        },
      },
    },
  };
}
