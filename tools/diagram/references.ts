import { listAt, stringsIn, textAt } from "../../stacks/documents/body";
import { namedIn } from "../../stacks/documents/expressions";
import type { Resource, StackDocument } from "./resource";

/** What each resource refers to, by the resources' keys. */
export type References = ReadonlyMap<string, readonly Resource[]>;

const SERVICE_ARN = /\bservice\/([\w-]+)\/([\w-]+)/g;

/** Finds what resources refer to: by expressions of Terraform, over the outputs of other stacks too, and by names. */
export function findReferences(stacks: readonly StackDocument[]): References {
  const byName = new Map(stacks.map((stack) => [stack.name, stack]));
  const byKey = new Map(stacks.flatMap(({ resources }) => resources).map((resource) => [resource.key, resource]));
  const named = findNames([...byKey.values()]);

  const inText = (stack: string, text: string): readonly string[] => {
    const { addresses, outputs } = namedIn(text);
    const remote = outputs.flatMap(({ stack: from, output }) =>
      stringsIn(byName.get(from)?.outputs[output]).flatMap((value) => inText(from, value)),
    );
    return [...addresses.map((address) => `${stack}/${address}`), ...remote];
  };

  const of = (resource: Resource): readonly Resource[] => {
    const strings = stringsIn(resource.body);
    const keys = [...strings.flatMap((text) => inText(resource.stack, text)), ...namesIn(resource, strings, named)];
    return [...new Set(keys)].filter((key) => key !== resource.key).flatMap((key) => byKey.get(key) ?? []);
  };
  return new Map([...byKey.values()].map((resource) => [resource.key, of(resource)]));
}

/** Names that stand for a resource in another's arguments, and the resource's key. */
interface Names {
  /** Services of ECS, by `CLUSTER/NAME`. */
  readonly services: ReadonlyMap<string, string>;
  /** What answers to a host name. */
  readonly hosts: ReadonlyMap<string, string>;
  /** Databases, by identifier. */
  readonly databases: ReadonlyMap<string, string>;
}

function findNames(resources: readonly Resource[]): Names {
  const clusters = new Map(
    resources.filter(({ type }) => type === "aws_ecs_cluster").map(({ stack, body }) => [stack, textAt(body, "name")]),
  );
  const services = new Map<string, string>();
  const hosts = new Map<string, string>();
  const databases = new Map<string, string>();
  for (const { key, stack, type, body } of resources) {
    const name = textAt(body, "name");
    if (type === "aws_route53_record" && name !== undefined && textAt(body, "type") === "A") hosts.set(name, key);
    if (type === "aws_service_discovery_service") {
      const namespace = resources.find(
        (other) => other.stack === stack && other.type === "aws_service_discovery_private_dns_namespace",
      );
      hosts.set(`${name}.${textAt(namespace?.body, "name")}`, key);
    }
    if (type === "aws_db_instance") databases.set(textAt(body, "identifier") ?? "", key);
    if (type !== "aws_ecs_service") continue;
    services.set(`${clusters.get(stack)}/${name}`, key);
    for (const offered of listAt(body, "service_connect_configuration", "service")) {
      const alias = textAt(offered, "client_alias", "dns_name");
      // An alias is known to the services of a namespace alone, and a namespace is of one stack.
      if (alias !== undefined) hosts.set(`${stack} ${alias}`, key);
    }
  }
  return { services, hosts, databases };
}

/** Keys of what a resource names: services by ARN or by the words of an action, others by the host that is called. */
function namesIn({ stack, body }: Resource, strings: readonly string[], names: Names): readonly string[] {
  const services = [
    ...strings.flatMap((text) => [...text.matchAll(SERVICE_ARN)].map(([, cluster, name]) => `${cluster}/${name}`)),
    // An action of a pipeline, the metric of an alarm.
    ...["configuration", "dimensions"].map((block) => {
      return `${textAt(body, block, "ClusterName")}/${textAt(body, block, "ServiceName")}`;
    }),
  ];
  const watched = names.databases.get(textAt(body, "dimensions", "DBInstanceIdentifier") ?? "");
  return [
    ...services.flatMap((service) => names.services.get(service) ?? []),
    ...(watched === undefined ? [] : [watched]),
    ...calledHosts(body).flatMap((host) => names.hosts.get(host) ?? names.hosts.get(`${stack} ${host}`) ?? []),
  ];
}

/** Hosts in the variables of containers (`NOTIFICATION_SERVICE_HOST`) and in the URL that a gateway sends requests to. */
function calledHosts(body: Resource["body"]): readonly string[] {
  const variables = listAt(body, "container_definitions").flatMap((container) => listAt(container, "environment"));
  const hosts = variables.filter((variable) => textAt(variable, "name")?.endsWith("_HOST"));
  const uri = textAt(body, "uri")?.match(/^https?:\/\/([^/:]+)/)?.[1];
  return [...hosts.flatMap((variable) => textAt(variable, "value") ?? []), ...(uri === undefined ? [] : [uri])];
}
