import type { Secret } from "@aws-sdk/client-ecs";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { messageOf } from "../../tools/failure";
import type { ClientSettings } from "../cloud/variables";
import { StartFault } from "./runtime";

const SECRET = /^(arn:[^:]+:secretsmanager:([^:]+):[^:]*:secret:[^:]+)(?::([^:]*):([^:]*):([^:]*))?$/;

const PARAMETER = /^arn:[^:]+:ssm:([^:]+):[^:]*:parameter\/(.+)$/;

/**
 * The values that a container's `secrets` refer to: secrets of Secrets Manager by ARN, whole or one JSON key of them
 * (`ARN:key:stage:version`), and parameters of SSM by ARN or name.
 *
 * @throws StartFault in ECS's words (Amazon ECS Developer Guide, "ResourceInitializationError"); never names a value
 */
export async function resolveSecrets(secrets: readonly Secret[], settings: ClientSettings) {
  const values = secrets.map(async ({ name = "", valueFrom = "" }) => {
    const value = await secretOf(valueFrom, settings).catch((error: unknown) => {
      throw new StartFault(
        `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: ${messageOf(error)}`,
      );
    });
    return [name, value] as const;
  });
  return Object.fromEntries(await Promise.all(values));
}

async function secretOf(reference: string, settings: ClientSettings): Promise<string> {
  const [, secret, region, key, stage, version] = SECRET.exec(reference) ?? [];
  if (!secret) return parameterOf(reference, settings);
  const client = new SecretsManagerClient({ ...settings, ...(region && { region }) });
  const command = new GetSecretValueCommand({
    SecretId: secret,
    ...(stage && { VersionStage: stage }),
    ...(version && { VersionId: version }),
  });
  try {
    const { SecretString: text = "" } = await client.send(command);
    return key ? jsonValue(text, key) : text;
  } catch (error) {
    const name = error instanceof Error && error.name !== "Error" ? `${error.name}: ` : "";
    throw new Error(
      `unable to retrieve secret from asm: failed to fetch secret ${reference} from secrets manager: ${name}${messageOf(error)}`,
    );
  } finally {
    client.destroy();
  }
}

function jsonValue(text: string, key: string): string {
  const value = parsed(text)?.[key];
  if (value === undefined) throw new Error(`retrieved secret from Secrets Manager did not contain json key ${key}`);
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The parser's own message would quote the secret. */
function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

async function parameterOf(reference: string, settings: ClientSettings): Promise<string> {
  const [, region, path] = PARAMETER.exec(reference) ?? [];
  const client = new SSMClient({ ...settings, ...(region && { region }) });
  try {
    const command = new GetParametersCommand({ Names: namesOf(reference, path), WithDecryption: true });
    const { Parameters: [found] = [] } = await client.send(command);
    if (found?.Value === undefined) throw new Error(`invalid parameters: ${reference}`);
    return found.Value;
  } catch (error) {
    throw new Error(`unable to retrieve secrets from ssm: ${messageOf(error)}`);
  } finally {
    client.destroy();
  }
}

/** moto knows parameters by their names alone, and an ARN does not tell whether a name of one level begins with a slash. */
function namesOf(reference: string, path: string | undefined): string[] {
  if (path === undefined) return [reference];
  return path.includes("/") ? [`/${path}`] : [path, `/${path}`];
}
