import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { describe, expect, it } from "vitest";
import { temporaryFolder, writeFile } from "../../tools/testing/temporary-folder";
import { testLifetime } from "../../tools/testing/test-lifetime";
import { startEmulator } from "../cloud/emulator";
import { type ClientSettings, clientSettings } from "../cloud/variables";
import { NamesFile } from "../names/names-file";
import { testAgent, viewOf, viewTask } from "./agent.fixtures";
import { ProcessRuntime } from "./process-runtime";
import { CREDENTIALS_HOST, CREDENTIALS_PORT, TaskCredentials } from "./task-credentials";
import { taskVariables } from "./task-variables";

const REGION = "eu-west-1";

const ROOT = join(import.meta.dirname, "../..");

/** Asks for its credentials as the AWS SDK does, and who it is with them: by the protocol, so that no package is needed. */
const WHO_AM_I = `
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: path, AWS_ENDPOINT_URL: endpoint, AWS_REGION: region } = process.env;
  const get = (path) => fetch("http://169.254.170.2" + path).then((response) => response.json());
  get(path).then(async (given) => {
    const scope = given.AccessKeyId + "/20110615/" + region + "/sts/aws4_request";
    const authorization = "AWS4-HMAC-SHA256 Credential=" + scope + ", SignedHeaders=host, Signature=x";
    const body = new URLSearchParams({ Action: "GetCallerIdentity", Version: "2011-06-15" });
    const answer = await (await fetch(endpoint, { method: "POST", headers: { authorization }, body })).text();
    const secrets = [given.SecretAccessKey, given.Token].map((text) => text.length > 20);
    const environment = JSON.stringify(process.env);
    console.log(JSON.stringify({
      arn: /<Arn>([^<]+)</.exec(answer)[1],
      role: given.RoleArn,
      secrets,
      lasts: new Date(given.Expiration) - Date.now() > 600_000,
      inEnvironment: environment.includes(given.SecretAccessKey) || environment.includes(given.Token),
      others: await get("/v2/credentials/0"),
    }));
  });
`;

async function startCloud() {
  const lifetime = testLifetime();
  const python = process.env.EMULATOR_PYTHON ?? "";
  const { url } = await startEmulator(lifetime, { root: ROOT, python, log: join(temporaryFolder(), "emulator.log") });
  const settings = clientSettings(url, REGION);
  return { lifetime, settings, credentials: await TaskCredentials.start(lifetime, settings) };
}

/** ECS may take the role on. */
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

async function createRole(settings: ClientSettings, name: string): Promise<string> {
  const client = new IAMClient(settings);
  const { Role: role } = await client.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: TRUST }));
  client.destroy();
  return role?.Arn ?? "";
}

describe("a task with a role", () => {
  it("has credentials of it, which are neither in its environment nor anybody else's", async () => {
    const { lifetime, settings, credentials } = await startCloud();
    const taskRoleArn = await createRole(settings, "cart-task");
    const [bundle, folder] = [temporaryFolder(), temporaryFolder()];
    writeFile(bundle, "main.cjs", WHO_AM_I);
    const names = new NamesFile(join(folder, "names.json"));
    const at = { address: "127.0.0.1", port: credentials.port };
    names.write({ names: {}, endpoints: { [`${CREDENTIALS_HOST}:${CREDENTIALS_PORT}`]: [at] }, namespaces: [] });
    const runtime = new ProcessRuntime({ lifetime, bundleOf: () => bundle, names: names.path });
    const tested = testAgent({
      runtime,
      lifetime,
      url: settings.endpoint,
      variables: (task, definition) =>
        taskVariables({ endpoint: settings.endpoint, region: REGION, credentials }, task, definition),
    });
    tested.agent.update(viewOf([viewTask("0001")], [{ name: "cart", image: "cart:1" }], { taskRoleArn }));
    await tested.reported("STOPPED");
    expect(JSON.parse(readFileSync(join(tested.folder, "0001-cart.log"), "utf8"))).toEqual({
      arn: "arn:aws:sts::123456789012:assumed-role/cart-task/0001",
      role: taskRoleArn,
      secrets: [true, true],
      lasts: true,
      inEnvironment: false,
      others: { message: "no task has been given this address" },
    });
  });

  it("is told what is wrong where its credentials can't be had", async () => {
    const { lifetime } = await startCloud();
    const nobody = await TaskCredentials.start(lifetime, clientSettings("http://127.0.0.1:1", REGION));
    const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: path } = nobody.variablesOf({ role: "arn:role", task: "arn:task" });
    const response = await fetch(`http://127.0.0.1:${nobody.port}${path}`);
    expect([response.status, await response.json()]).toEqual([500, { message: expect.stringMatching(/./) }]);
  });
});
