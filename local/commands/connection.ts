import * as z from "zod";
import { Failure } from "../../tools/failure";
import type { Pipeline } from "../pipeline/definition";
import { type Context, misuse } from "./command";

const connectionSchema = z.object({ ConnectionName: z.string(), ConnectionStatus: z.string() });

type Connection = z.infer<typeof connectionSchema>;

/**
 * Makes sure that the connection by which a pipeline reads its source has been confirmed, which a person does once. A
 * pipeline whose source is no connection needs nothing.
 *
 * @param confirm whether to confirm it: on AWS in the console, here by this command
 * @throws Failure with status 2 where it is pending
 */
export async function requireConnection(context: Context, pipeline: Pipeline, confirm: boolean): Promise<void> {
  const { lifetime, running, terminal } = context;
  const arn = connectionOf(pipeline);
  if (arn === undefined) {
    if (confirm) throw misuse(`--confirm: the pipeline ${pipeline.name} reads its source by no connection`);
    return;
  }
  const { ConnectionName: name, ConnectionStatus: status } = await lifetime.until(readConnection(context, arn));
  if (status === "AVAILABLE") return;
  if (!confirm) {
    throw misuse(
      `the connection ${name}, by which ${pipeline.name} reads its source, is ${status}: a person has to confirm it once, ` +
        "on AWS in the console (Developer Tools, Settings, Connections), on this machine by the option --confirm",
    );
  }
  await lifetime.until(confirmConnection(running.emulatorUrl, arn));
  terminal.done(`connection ${name} confirmed`, "on AWS a person does that once, in the console");
}

/** The ARN of the connection of a source. */
function connectionOf({ stages }: Pipeline): string | undefined {
  const actions = stages.flatMap(({ groups }) => groups.flat());
  return actions.find(({ kind, configuration }) => kind === "source" && configuration.ConnectionArn !== undefined)
    ?.configuration.ConnectionArn;
}

/** GetConnection, asked without a client of the SDK for this one question: the emulator checks no signature. */
async function readConnection({ running, settings }: Context, arn: string): Promise<Connection> {
  const scope = `${settings.credentials.accessKeyId}/20240101/${settings.region}/codeconnections/aws4_request`;
  const answer = await fetch(running.emulatorUrl, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": "CodeConnections_20231201.GetConnection",
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`,
    },
    body: JSON.stringify({ ConnectionArn: arn }),
  });
  if (!answer.ok) throw new Failure(`the connection ${arn} can't be read: ${answer.status} ${await answer.text()}`);
  return z.object({ Connection: connectionSchema }).parse(await answer.json()).Connection;
}

async function confirmConnection(emulatorUrl: string, arn: string): Promise<void> {
  const answer = await fetch(`${emulatorUrl}/_local/connections/confirm`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ connection: arn }),
  });
  if (!answer.ok)
    throw new Failure(`the connection ${arn} can't be confirmed: ${answer.status} ${await answer.text()}`);
}
