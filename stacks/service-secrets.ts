import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../config/environment";
import type { ServiceNames } from "../config/names";
import type { Service } from "../config/service";
import { GeneratedSecret } from "../modules/secrets/generated-secret";
import type { SystemDatabase } from "./system-database";

/** The secret part of a service's environment, by reference. */
export interface ServiceSecrets {
  /** What `valueFrom` takes, by the variable's name. */
  readonly references: Readonly<Record<string, string>>;
  /** ARNs that service.json names. */
  readonly namedArns: readonly string[];
  /** ARNs of the secrets that the stack makes. */
  readonly madeArns: readonly string[];
  /** The values of those: a task that starts before them finds none. */
  readonly values: readonly ITerraformDependable[];
}

/** Days for which a deleted secret can be brought back, where the environment retains what holds data. */
const RECOVERY_WINDOW_DAYS = 30;

/** Days for which a secret of this environment can be brought back once it is deleted; 0 frees its name at once. */
export function recoveryWindowDays({ removal }: Environment): number {
  return removal === "retain" ? RECOVERY_WINDOW_DAYS : 0;
}

/** The secrets that service.json names, those that it asks for, and the password of its database user. */
export function createSecrets(
  scope: Construct,
  props: {
    readonly environment: Environment;
    readonly service: Service;
    readonly names: ServiceNames;
    readonly database: SystemDatabase | undefined;
  },
): ServiceSecrets {
  const { environment, service, names, database } = props;
  const made = service.generatedSecrets.map((variable) => {
    const secret = new GeneratedSecret(scope, `Secret${variable}`, {
      name: `${names.secretPrefix}${variable.toLowerCase().replaceAll("_", "-")}`,
      description: `${variable} of ${names.family}`,
      recoveryWindowDays: recoveryWindowDays(environment),
    });
    return { variable, secret, key: "value" as const };
  });
  const user = service.database && database?.userSecretOf(service);
  const all = [...made, ...(user ? [{ variable: "APP_DB_PASSWORD", secret: user, key: "password" as const }] : [])];
  return {
    references: {
      ...service.secrets,
      ...Object.fromEntries(all.map(({ variable, secret, key }) => [variable, secret.reference(key)])),
    },
    namedArns: Object.values(service.secrets),
    madeArns: all.map(({ secret }) => secret.arn),
    values: all.map(({ secret }) => secret.version),
  };
}
