import { deploymentUnit } from "../../config/deployment-unit";
import type { Environment } from "../../config/environment";
import { loadProject } from "../../config/load";
import { type ServiceNames, serviceNames, systemNames } from "../../config/names";
import type { Service } from "../../config/service";
import { nearest } from "../../config/suggest";
import { Failure } from "../../tools/failure";
import type { Lifetime } from "../../tools/processes/lifetime";
import { Aws, type AwsSettings } from "./aws/aws";
import type { ServicePlace } from "./aws/services";
import { EXIT } from "./exit-status";
import type { Output } from "./output";

/** What a command that talks to AWS works with. */
export interface Context {
  /** The repository's folder. */
  readonly root: string;
  readonly environment: Environment;
  readonly service: Service;
  readonly names: ServiceNames;
  readonly place: ServicePlace;
  /** How to mend that something is not deployed: the end of a message. */
  readonly howToDeploy: string;
  readonly aws: Aws;
  readonly output: Output;
  readonly lifetime: Lifetime;
  /** Variables of the process: who asks for the release. */
  readonly variables: NodeJS.ProcessEnv;
}

export interface ContextOptions extends Pick<Context, "root" | "output" | "lifetime" | "variables"> {
  readonly service: string;
  readonly environment: string;
  /** @default the environment's */
  readonly region?: string | undefined;
  /** How to reach AWS. @default as the SDK finds it */
  readonly settings?: Omit<AwsSettings, "region"> | undefined;
}

/** Reads and checks the configuration. Nothing is sent. @throws ConfigError, or Failure with status 2 */
export function createContext(options: ContextOptions): Context {
  const { root, output, lifetime, variables } = options;
  const { environment, services } = loadProject({ root, environment: options.environment });
  const service = serviceNamed(services, options.service);
  const endpoint = options.settings?.endpoint ?? variables.AWS_ENDPOINT_URL;
  refuseMixedUp(environment, endpoint);
  const region = options.region ?? environment.region;
  const aws = new Aws({ region, ...(endpoint && { endpoint }), ...options.settings });
  lifetime.onEnd(() => aws.end());
  return {
    root,
    environment,
    service,
    names: serviceNames(service, environment.name),
    place: { cluster: systemNames(deploymentUnit(service), environment.name).cluster, service: service.name },
    howToDeploy: environment.emulated
      ? "is `npm start` done with its deployment?"
      : `deploy its stack first: npm run deploy -- --env ${environment.name}`,
    aws,
    output,
    lifetime,
    variables,
  };
}

function serviceNamed(services: readonly Service[], name: string): Service {
  const found = services.find((service) => service.name === name);
  if (found) return found;
  const known = services.map((service) => service.name);
  const meant = nearest(name, known);
  throw new Failure(
    `there is no service "${name}" in apps/; ${meant ? `did you mean "${meant}"? There` : "there"} are: ${known.join(", ")}`,
    EXIT.usage,
  );
}

/** What is meant for the emulator must not reach AWS, and the reverse. */
function refuseMixedUp({ name, emulated }: Environment, endpoint: string | undefined): void {
  const isLoopback = endpoint !== undefined && /^https?:\/\/(127\.|localhost|\[::1\])/.test(endpoint);
  if (emulated && !isLoopback) {
    throw new Failure(
      `environment "${name}" is emulated (config/environments/${name}.json), but AWS_ENDPOINT_URL is ` +
        `${endpoint ? `"${endpoint}"` : "not set"}: run \`npm start\`, and source the file of variables that it names`,
      EXIT.usage,
    );
  }
  if (!emulated && isLoopback) {
    throw new Failure(
      `environment "${name}" is an AWS account's, but AWS_ENDPOINT_URL is "${endpoint}", on this machine: unset it, or ` +
        "use --env local",
      EXIT.usage,
    );
  }
}
