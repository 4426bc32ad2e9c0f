import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ECRClient } from "@aws-sdk/client-ecr";
import { onTestFinished } from "vitest";
import { loadProject } from "../../config/load";
import { recordingTerminal } from "../testing/recording-terminal";
import { temporaryFolder, writeScript } from "../testing/temporary-folder";
import { testLifetime } from "../testing/test-lifetime";
import { testServer } from "../testing/test-server";
import type { Deployment } from "./deployment";

export const REPOSITORY = process.cwd();

/** What an ECR action answers: a document, or the name of an exception. */
export type Answer = Readonly<Record<string, unknown>> | string;

/** A server that answers ECR's actions. Source: Amazon ECR API, AWS JSON 1.1. */
export async function fakeEcr(
  answer: (action: string, request: Record<string, unknown>) => Answer,
): Promise<{ url: string; client: ECRClient }> {
  const port = await testServer(async (request, response) => {
    let body = "";
    for await (const piece of request) body += piece;
    const action = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
    const answered = answer(action, JSON.parse(body));
    response.setHeader("content-type", "application/x-amz-json-1.1");
    if (typeof answered === "string") {
      response.writeHead(400).end(JSON.stringify({ __type: answered, message: `refused by the test: ${action}` }));
    } else {
      response.end(JSON.stringify(answered));
    }
  });
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  const url = `http://127.0.0.1:${port}`;
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = new ECRClient({ endpoint: url, region: "us-east-1", credentials, maxAttempts: 1 });
  onTestFinished(() => client.destroy());
  return { url, client };
}

/** A `docker` that writes down how it was called. */
export function fakeDocker(body = "") {
  const folder = temporaryFolder();
  const log = join(folder, "calls");
  const configuration = join(folder, "configuration");
  const script = `echo "$*" >> ${log}
case "$1" in
  push) echo "$DOCKER_CONFIG" >> ${log}.folder; cp -R "$DOCKER_CONFIG" ${configuration};;
esac
${body}`;
  writeScript(folder, "bin/docker", script);
  return {
    path: `${join(folder, "bin")}:/usr/bin:/bin`,
    calls: () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []),
    /** A copy of the docker configuration that a push was given. */
    configuration,
    /** Where that configuration was. */
    configurationFolders: () => readFileSync(`${log}.folder`, "utf8").trim().split("\n"),
  };
}

/** A deployment of the environment `dev` whose programs see these variables and print nothing. */
export function testDeployment(variables: NodeJS.ProcessEnv): Deployment & { readonly written: () => string } {
  const { terminal, written } = recordingTerminal();
  const { environment } = loadProject({ root: REPOSITORY, environment: "dev" });
  return { root: REPOSITORY, environment, lifetime: testLifetime(), terminal, variables, stdio: "ignore", written };
}
