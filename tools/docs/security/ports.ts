import { code, table } from "../markdown";
import { Names } from "./names";
import { type Resource, resourcesOf, type Stack, textOf } from "./stacks";

/** Who may reach what by which port: a rule for incoming traffic. */
interface Port {
  readonly stack: string;
  readonly at: string;
  readonly port: string;
  readonly from: string;
  readonly isBlock: boolean;
}

/** Ports that blocks of addresses may reach; of APIs and sign-in pages, which are AWS's own hosts, their names. */
export function publicPortsTable(stacks: readonly Stack[]): string {
  const rules = portsOf(stacks).filter(({ isBlock }) => isBlock);
  return portsTable([...rules, ...endpointsOf(stacks)]);
}

/** Ports that are open between parts alone. */
export function innerPortsTable(stacks: readonly Stack[]): string {
  return portsTable(portsOf(stacks).filter(({ isBlock }) => !isBlock));
}

const portsTable = (ports: readonly Port[]) =>
  table(
    ["stack", "where", "port", "who"],
    ports.map(({ stack, at, port, from }) => [code(stack), at, port, from]),
  );

function portsOf(stacks: readonly Stack[]): readonly Port[] {
  return stacks.flatMap((stack) => {
    const names = new Names(stack, stacks);
    return resourcesOf(stack, "aws_vpc_security_group_ingress_rule").map(([, rule]) => portOf(stack, names, rule));
  });
}

function portOf({ name }: Stack, names: Names, rule: Resource): Port {
  const block = textOf(rule, "cidr_ipv4") || textOf(rule, "cidr_ipv6");
  const [from, to] = [textOf(rule, "from_port"), textOf(rule, "to_port")];
  return {
    stack: name,
    at: names.readable(textOf(rule, "security_group_id")),
    port: from === to ? from : `${from} to ${to}`,
    from:
      block === "" ? names.readable(textOf(rule, "referenced_security_group_id")) : `${code(block)}${everybody(block)}`,
    isBlock: block !== "",
  };
}

const everybody = (block: string) => (["0.0.0.0/0", "::/0"].includes(block) ? " (everybody)" : "");

/** Hosts of AWS's own that serve for a stack, by the type of the resource that names them. */
const ENDPOINTS: readonly (readonly [type: string, argument: string, what: string, who: string])[] = [
  ["aws_apigatewayv2_domain_name", "domain_name", "API", "everybody; each route wants a token"],
  ["aws_api_gateway_domain_name", "domain_name", "API", "everybody; each route wants a token"],
  ["aws_cognito_user_pool_domain", "domain", "sign-in pages", "everybody; they want a password"],
];

function endpointsOf(stacks: readonly Stack[]): readonly Port[] {
  return stacks.flatMap((stack) =>
    ENDPOINTS.flatMap(([type, argument, what, from]) =>
      resourcesOf(stack, type).map(([, resource]) => {
        const at = `${what} ${textOf(resource, argument)}`;
        return { stack: stack.name, at, port: "443", from, isBlock: true };
      }),
    ),
  );
}
