import { createServer } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { close, listen } from "../../../tools/listen";
import { type BlueGreenCloud, blueGreenCloud } from "../testing/blue-green-cloud";
import { FAMILY, taskDefinition } from "../testing/employee";
import { xml } from "../testing/fake-aws";

/** A server that answers each path with a status and a text; gives its address, and what it was asked for. */
async function serve(answers: Readonly<Record<string, readonly [status: number, text: string]>>) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const [status, text] = answers[request.url ?? ""] ?? [404, "no such page"];
    response.writeHead(status).end(text);
  });
  const url = `http://127.0.0.1:${await listen(server, 0)}`;
  onTestFinished(() => close(server));
  return { url, asked };
}

/** Lets the load balancer tell of these targets. */
function withTargets(cloud: BlueGreenCloud, ...states: readonly string[]): void {
  const members = states.map((state) => `<member><TargetHealth><State>${state}</State></TargetHealth></member>`);
  cloud.aws.on("DescribeTargetHealth", () =>
    xml("DescribeTargetHealth", `<TargetHealthDescriptions>${members.join("")}</TargetHealthDescriptions>`),
  );
}

const smoke = (cloud: BlueGreenCloud, service: string, url: string, tag = "2") =>
  cloud.runOf(service, "smoke", "--image-tag", tag, "--url", url);

describe("a smoke test of the service that gets what no rule matches", () => {
  it("asks for the first page, whose version is right", async () => {
    const cloud = await blueGreenCloud();
    const { url, asked } = await serve({ "/": [200, '{"version":"2"}'] });
    const { status, written } = await smoke(cloud, "customer", url);
    expect(status).toBe(0);
    expect(new Set(asked)).toEqual(new Set(["/"]));
    expect(written).toContain(`✓ customer answers at /  ${url}, version 2\n`);
    expect(cloud.aws.calls).toEqual([]);
  });

  it("fails where that answers with 404, or with another version", async () => {
    const cloud = await blueGreenCloud();
    const { url } = await serve({});
    expect(await smoke(cloud, "customer", url)).toMatchObject({
      status: 1,
      message: `customer does not answer as it should:\n  ${url}/ answers with 404`,
    });
    const { url: other } = await serve({ "/": [200, '{"version":"1"}'] });
    expect((await smoke(cloud, "customer", other)).message).toContain(`${other}/ is answered by version 1, not 2`);
  });
});

describe("a smoke test of a service that tells no version", () => {
  const page = { "/admin": [200, "<h1>Suppliers</h1>"] } as const;

  it("is well where the service runs the released tag", async () => {
    const cloud = await blueGreenCloud();
    cloud.codeDeploy.serve(cloud.revisions.add(taskDefinition(FAMILY, "2")).arn);
    withTargets(cloud, "healthy", "healthy");
    const { url } = await serve(page);
    const { status, written } = await smoke(cloud, "employee", url);
    expect(status).toBe(0);
    expect(written).toBe(`  ✓ employee answers at /admin  ${url}, version 2\n`);
  });

  it("fails where it runs another one, as after a later release", async () => {
    const cloud = await blueGreenCloud();
    cloud.codeDeploy.serve(cloud.revisions.add(taskDefinition(FAMILY, "3")).arn);
    withTargets(cloud, "healthy", "healthy");
    const { url } = await serve(page);
    expect(await smoke(cloud, "employee", url)).toMatchObject({
      status: 1,
      message: "employee does not answer as it should:\n  employee runs tag 3, not 2",
    });
  });
});

describe("a smoke test of a service whose health check lies below its path", () => {
  it("asks for that, for the path need not have a page of its own", async () => {
    const cloud = await blueGreenCloud();
    const { url, asked } = await serve({ "/usermgmt/health-status": [200, '{"version":"2"}'] });
    expect((await smoke(cloud, "user-management", url)).status).toBe(0);
    expect(new Set(asked)).toEqual(new Set(["/usermgmt/health-status"]));
  });
});

describe("a smoke test of a service that not everybody may reach", () => {
  it("is one as any other where this machine is let in", async () => {
    const cloud = await blueGreenCloud();
    const { url } = await serve({ "/admin": [200, '{"version":"2"}'] });
    const { status, written } = await smoke(cloud, "employee", url);
    expect(status).toBe(0);
    expect(written).toBe(`  ✓ employee answers at /admin  ${url}, version 2\n`);
    expect(cloud.aws.calls).toEqual([]);
  });

  it("judges the targets where it is not, and says so", async () => {
    const cloud = await blueGreenCloud();
    cloud.codeDeploy.serve(cloud.revisions.add(taskDefinition(FAMILY, "2")).arn);
    withTargets(cloud, "healthy", "healthy");
    const { url } = await serve({});
    const { status, written } = await smoke(cloud, "employee", url);
    expect(status).toBe(0);
    expect(written).toBe(
      "  ! 404, which everybody gets whom routes.sourceCidrs of employee does not let in (it lets in 127.0.0.1/32): this " +
        "machine seems to be none of them, so its targets are judged instead\n" +
        `  ✓ employee has healthy targets  ${url}, version 2\n`,
    );
  });

  it("fails there where targets are not healthy, or run another version", async () => {
    const cloud = await blueGreenCloud();
    withTargets(cloud, "healthy", "unhealthy");
    const { url } = await serve({});
    expect(await smoke(cloud, "employee", url)).toMatchObject({
      status: 1,
      message:
        "employee does not answer as it should:\n  employee runs tag bootstrap, not 2\n  1 of 2 targets of employee are healthy",
    });
  });

  it("fails where it is let in and the answer is wrong", async () => {
    const cloud = await blueGreenCloud();
    const { url } = await serve({ "/admin": [503, ""] });
    expect((await smoke(cloud, "employee", url)).message).toContain(`${url}/admin answers with 503`);
    expect(cloud.aws.calls).toEqual([]);
  });
});
