import type { Environment } from "../../config/environment";
import type { Prices } from "./prices";
import type { Patch } from "./variants";

/** Something of an environment that could be otherwise, for another price. */
export interface Switch {
  /** Field and value as they would stand in the environment's file, or what would be otherwise. */
  readonly name: string;
  /** What it costs otherwise. */
  readonly but: string;
  /** How it is priced: the environment synthesised with a change, or the same stacks at other prices. */
  readonly how: { readonly patch: Patch } | { readonly prices: (prices: Prices) => Prices };
}

/** What tasks need to start without a NAT gateway: config/ refuses an environment that has less. */
const ENDPOINTS_WITHOUT_NAT = ["ecr.api", "ecr.dkr", "logs"];

/** Days that logs are kept for in the switch that keeps them for less. */
const SHORT_RETENTION_DAYS = 30;

/** Families with Graviton processors of the same sizes, by family. Source: EC2 User Guide, "Amazon EC2 instance types". */
const GRAVITON: Readonly<Record<string, string>> = { t3: "t4g", t3a: "t4g", m6i: "m6g", m6a: "m6g", c6i: "c6g" };

/** Every switch that an environment has, each with the values that it does not have. */
export function switchesOf(environment: Environment, fargateSpotDiscount: number): readonly Switch[] {
  return [
    ...natSwitches(environment),
    ...capacitySwitches(environment),
    ...databaseSwitches(environment),
    ...watchingSwitches(environment),
    ...wayInSwitches(environment),
    {
      name: "ARM (Graviton) in the same sizes",
      but: "a what-if: images have to be built for ARM",
      how: { prices: toArm },
    },
    {
      name: "Fargate Spot for all tasks",
      but: "a what-if: tasks end on 2 minutes' notice",
      how: { prices: (prices) => toFargateSpot(prices, fargateSpotDiscount) },
    },
  ];
}

const NAT_COSTS = {
  none: "only services with an endpoint are reached",
  single: "its zone fails, and all lose the way out",
  "per-zone": "it is paid in each zone",
} as const;

function natSwitches({ network, database }: Environment): readonly Switch[] {
  const needed = [...ENDPOINTS_WITHOUT_NAT, ...(database ? ["secretsmanager"] : [])];
  const endpoints = {
    interfaceEndpoints: [...new Set([...network.interfaceEndpoints, ...needed])],
    gatewayEndpoints: [...new Set([...network.gatewayEndpoints, "s3"])],
  };
  return (["none", "single", "per-zone"] as const)
    .filter((nat) => nat !== network.nat)
    .map((nat) => ({
      name: `network.nat: "${nat}"${nat === "none" ? `, ${needed.length} interface endpoints` : ""}`,
      but: NAT_COSTS[nat],
      how: { patch: { network: { nat, ...(nat === "none" && endpoints) } } },
    }));
}

function capacitySwitches({ ec2 }: Environment): readonly Switch[] {
  const { spot } = ec2;
  const onSpotAlone = spot?.onDemandBase === 0 && spot.onDemandPercent === 0;
  return [
    ...(onSpotAlone
      ? []
      : [
          {
            name: "ec2.spot: every instance",
            but: "instances end two minutes after a warning",
            how: { patch: { ec2: { spot: { onDemandBase: 0, onDemandPercent: 0 } } } },
          },
        ]),
    ...(spot
      ? [
          {
            name: "ec2.spot: absent",
            but: "nothing ends an instance early",
            how: { patch: { ec2: { spot: undefined } } },
          },
        ]
      : []),
  ];
}

function databaseSwitches({ database }: Environment): readonly Switch[] {
  if (!database) return [];
  const multiAz = !database.multiAz;
  const but = multiAz ? "a standby takes over within minutes" : "a zone fails, and the database is down";
  return [{ name: `database.multiAz: ${multiAz}`, but, how: { patch: { database: { multiAz } } } }];
}

const INSIGHTS_COSTS = {
  disabled: "no alarm sees tasks that do not run",
  enabled: "nothing is measured by task and container",
  enhanced: "each task and container is measured",
} as const;

function watchingSwitches({ network, containerInsights, logRetentionDays }: Environment): readonly Switch[] {
  const flowLogs = !network.flowLogs;
  return [
    {
      name: `network.flowLogs: ${flowLogs}`,
      but: flowLogs ? "the VPC's traffic can be looked at" : "nobody can tell who spoke to whom",
      how: { patch: { network: { flowLogs } } },
    },
    ...(["disabled", "enabled", "enhanced"] as const)
      .filter((value) => value !== containerInsights)
      .map((value) => ({
        name: `containerInsights: "${value}"`,
        but: INSIGHTS_COSTS[value],
        how: { patch: { containerInsights: value } },
      })),
    ...(logRetentionDays > SHORT_RETENTION_DAYS
      ? [
          {
            name: `logRetentionDays: ${SHORT_RETENTION_DAYS}`,
            but: "older logs are gone",
            how: { patch: { logRetentionDays: SHORT_RETENTION_DAYS } },
          },
        ]
      : []),
  ];
}

const DISCOVERY_COSTS = {
  "load-balancer": "services call each other by the way in",
  "cloud-map": "names of services are in a private zone",
  "service-connect": "each task has a proxy within its own size",
} as const;

function wayInSwitches({ discovery, api }: Environment): readonly Switch[] {
  const type = api?.type === "http" ? "rest" : "http";
  return [
    ...(["load-balancer", "cloud-map", "service-connect"] as const)
      .filter((value) => value !== discovery)
      .map((value) => ({
        name: `discovery: "${value}"`,
        but: DISCOVERY_COSTS[value],
        how: { patch: { discovery: value } },
      })),
    ...(api
      ? [
          {
            name: `api.type: "${type}"`,
            but:
              type === "rest" ? "public addresses; no pages of other origins" : "no usage plans, no cache of answers",
            // A REST API answers no page of another origin, and config/ refuses one that names some.
            how: { patch: { api: { type, ...(type === "rest" && { corsOrigins: [] }) } } },
          },
        ]
      : []),
  ];
}

/** Prices of Graviton for everything that has one of the same size. */
export function toArm(prices: Prices): Prices {
  const types = Object.entries(prices.instanceHour).map(([type, price]) => {
    const [family = "", size = ""] = type.split(".");
    return [type, prices.instanceHour[`${GRAVITON[family]}.${size}`] ?? price] as const;
  });
  const { fargateArmVcpuHour: fargateVcpuHour, fargateArmGbHour: fargateGbHour } = prices.of;
  return { ...prices, instanceHour: Object.fromEntries(types), of: { ...prices.of, fargateVcpuHour, fargateGbHour } };
}

export function toFargateSpot(prices: Prices, discount: number): Prices {
  const share = 1 - discount;
  const { fargateVcpuHour, fargateGbHour } = prices.of;
  return {
    ...prices,
    of: { ...prices.of, fargateVcpuHour: share * fargateVcpuHour, fargateGbHour: share * fargateGbHour },
  };
}
