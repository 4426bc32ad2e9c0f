import { DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetParametersCommand } from "@aws-sdk/client-ssm";
import type { Context } from "../context";
import { type Check, type Finding, good, wrong } from "./check";

interface Reference {
  readonly name: string;
  readonly valueFrom: string;
}

/**
 * What the secrets refer to exists and is not about to be deleted. Neither is a value read, which is the execution role's
 * alone, nor can it be known which keys a secret has.
 */
export const checkSecrets: Check = async ({ context, input }) => {
  const references = input.containerDefinitions.flatMap(({ secrets = [] }) => secrets);
  if (references.length === 0) return [];
  const client = context.aws.client(SecretsManagerClient);
  return await Promise.all(
    references.map((reference) =>
      /^arn:[^:]*:secretsmanager:/.test(reference.valueFrom)
        ? checkSecret(context, client, reference)
        : checkParameter(context, reference),
    ),
  );
};

async function checkSecret(
  { aws }: Context,
  client: SecretsManagerClient,
  { name, valueFrom }: Reference,
): Promise<Finding> {
  const what = `secret ${name}`;
  // After the seven parts of the ARN there may be a key, a stage and a version.
  const SecretId = valueFrom.split(":").slice(0, 7).join(":");
  const secret = await aws.callUnless(["ResourceNotFoundException"], "secretsmanager:DescribeSecret", () =>
    client.send(new DescribeSecretCommand({ SecretId })),
  );
  if (!secret) return wrong(what, `${SecretId} does not exist; make it, or correct secrets in service.json`);
  if (secret.DeletedDate) return wrong(what, `${SecretId} is about to be deleted; restore it, or name another one`);
  return good(what, SecretId);
}

async function checkParameter({ aws }: Context, { name, valueFrom }: Reference): Promise<Finding> {
  const what = `secret ${name}`;
  const [, path] = /^arn:[^:]*:ssm:[^:]*:[^:]*:parameter\/(.+)$/.exec(valueFrom) ?? [];
  const parameter = path === undefined ? valueFrom : `/${path}`;
  // The ARN of `key` is that of `/key`; a name with more slashes has one at its beginning always.
  const Names = path === undefined || path.includes("/") ? [parameter] : [parameter, path];
  // Of an encrypted parameter, this is the encrypted value.
  const { Parameters = [] } = await aws.call("ssm:GetParameters", () =>
    aws.ssm.send(new GetParametersCommand({ Names, WithDecryption: false })),
  );
  if (Parameters.length > 0) return good(what, parameter);
  return wrong(what, `parameter ${parameter} does not exist; make it, or correct secrets in service.json`);
}
