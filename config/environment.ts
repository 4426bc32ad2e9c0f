import { z } from "zod";
import {
  ACCESS_TOKEN_MINUTES,
  API_THROTTLE_BURST,
  API_THROTTLE_RATE,
  AVAILABILITY_ZONES_MIN,
  DB_BACKUP_RETENTION_DAYS,
  DB_MAX_CONNECTIONS,
  DB_STORAGE_GIB,
  LOG_RETENTION_DAYS,
  ON_DEMAND_PERCENT,
  SIGN_IN_PREFIX_MAX,
} from "../modules/aws/limits";
import { field, flag, listOf, oneOf, text, wholeNumber } from "./field";
import { MAX_INSTANCES, RAISED_QUOTA } from "./limits";
import { serviceOverrideSchema } from "./service";

const cidr = (description: string) => text(description, 'a CIDR block such as "10.0.0.0/16"');

const state = z.discriminatedUnion("backend", [
  z.strictObject({ backend: z.literal("local") }),
  z.strictObject({
    backend: z.literal("s3"),
    bucket: text("Bucket that holds Terraform's state.", "3 to 63 lower-case letters, digits and hyphens"),
  }),
]);

const network = z.strictObject({
  cidr: cidr("Addresses of the VPC."),
  availabilityZones: field(
    z.array(text("Name of an availability zone.", 'a zone such as "us-east-1a"')).min(AVAILABILITY_ZONES_MIN),
    "Availability zones; each gets a public and a private subnet.",
    `a list of at least ${AVAILABILITY_ZONES_MIN} availability zones`,
  ),
  nat: oneOf(
    ["none", "single", "per-zone"],
    "NAT gateways: none, one for all zones (cheap), or one in each zone (survives the loss of a zone).",
  ),
  subnets: field(
    z.strictObject({
      public: listOf(cidr("Addresses of a public subnet."), "Public subnets, one per availability zone."),
      private: listOf(cidr("Addresses of a private subnet."), "Private subnets, one per availability zone."),
    }),
    "Addresses of the subnets, in the order of the availability zones; absent = planned.",
    "an object with public and private",
  ).optional(),
  gatewayEndpoints: listOf(oneOf(["s3", "dynamodb"], "AWS service."), "Gateway endpoints (free of charge).").default([
    "s3",
  ]),
  interfaceEndpoints: listOf(
    text("AWS service.", 'the name of an AWS service such as "ecr.api"'),
    "Interface endpoints (charged by the hour and zone).",
  ).default([]),
  flowLogs: flag("Whether the VPC's traffic is logged.").default(true),
  egressCidrs: listOf(
    cidr("Addresses."),
    "Public addresses that the VPC's requests come from, as the load balancer sees them; empty = those of the NAT gateways.",
  ).default([]),
});

const dns = z.strictObject({
  hostedZone: field(
    z.string().min(1),
    "Name of an existing public hosted zone.",
    'the name of a public hosted zone, such as "example.com"',
    "record names without a hosted zone",
  ),
  recordNames: field(
    z.record(z.string(), text("Name within the zone.", 'a name within the zone, such as "app" for app.example.com')),
    "Name of the record of each system within the zone, by the system's name; of a group by `<system>-<group>`.",
    'an object of systems and names, such as {"jenkins-ecs": "app"} for app.example.com',
    "a hosted zone without record names",
  ),
  tls: flag("Whether to serve HTTPS (with a certificate validated through the zone) and redirect HTTP to it."),
});

const mail = z.strictObject({
  domain: text("Domain that mail is sent from: the hosted zone, or a name below it.", 'a domain such as "example.com"'),
  sender: text("Address that mail is sent from.", 'an address of the domain, such as "no-reply@example.com"'),
});

const github = z.strictObject({
  repository: text("Owner and name of the repository.", 'an owner and a name such as "octo-org/shop"'),
  branch: text(
    "Branch that is deployed; pull requests to it are built.",
    'the name of a branch such as "main"',
  ).default("main"),
});

const pipelines = z.strictObject({
  production: text(
    "Name of the environment that approved versions go to.",
    'the name of an environment such as "prod"',
  ),
  approvers: listOf(
    text("E-mail address.", 'an e-mail address such as "ops@example.com"'),
    "Who is told by e-mail that a version waits for approval.",
  ).default([]),
  github: field(
    github,
    "Repository of GitHub that services of the API are built and deployed from; absent = none is.",
    "an object with repository and branch",
  ).optional(),
});

const throttling = z.strictObject({
  ratePerSecond: wholeNumber(API_THROTTLE_RATE, "Requests per second that the API lets through in the long run."),
  burst: wholeNumber(API_THROTTLE_BURST, "Requests that it lets through at once; more get 429."),
});

const api = z.strictObject({
  type: oneOf(
    ["http", "rest"],
    "Kind of API: http reaches a load balancer without public addresses by a VPC link, rest a public one by its name.",
  ).default("http"),
  throttling: field(throttling, "Throttling of all clients together.", "an object with ratePerSecond and burst"),
  corsOrigins: listOf(
    text("Origin of a web page.", 'an origin such as "https://app.example.com"'),
    "Origins whose pages may call the API from a browser; empty = none.",
  ).default([]),
  callbackUrls: field(
    z.array(text("URL.", 'a URL such as "https://app.example.com/callback"')).min(1),
    "Where users are sent after they have signed in.",
    "a list of at least one URL",
  ),
  logoutUrls: listOf(
    text("URL.", 'a URL such as "https://app.example.com"'),
    "Where users may be sent after they have signed out.",
  ).default([]),
  mfa: oneOf(
    ["off", "optional", "required"],
    "Whether users sign in with a one-time password of an app besides their own.",
  ).default("optional"),
  signInPrefix: text(
    "Beginning of the name at which users sign in, <prefix>.auth.<region>.amazoncognito.com: nobody else in the Region may have it.",
    `1 to ${SIGN_IN_PREFIX_MAX} lower-case letters, digits and hyphens`,
  ),
  accessTokenMinutes: wholeNumber(ACCESS_TOKEN_MINUTES, "Minutes for which an access token is good.").default(60),
});

const alarms = z.strictObject({
  emails: listOf(
    text("E-mail address.", 'an e-mail address such as "ops@example.com"'),
    "Who is told by e-mail that an alarm rings or a deployment fails.",
  ).default([]),
});

const ec2 = z.strictObject({
  instanceTypes: field(
    z.array(text("An instance type.", 'an instance type such as "t3.small"')).min(1),
    "Instance types for services of launch type EC2, the preferred one first.",
    "a list of at least one instance type",
  ),
  maxInstances: wholeNumber(MAX_INSTANCES, "Most instances that the capacity provider may start; it starts at none."),
  spot: field(
    z.strictObject({
      onDemandBase: wholeNumber({ min: 0, max: MAX_INSTANCES.max }, "Instances that are on-demand before any is spot."),
      onDemandPercent: wholeNumber(ON_DEMAND_PERCENT, "Share of on-demand instances above the base, in percent."),
    }),
    "Mixes spot instances in; absent = on-demand instances only.",
    "an object with onDemandBase and onDemandPercent",
  ).optional(),
});

const database = z.strictObject({
  instanceClass: text("Instance class.", 'an instance class such as "db.t4g.micro"'),
  allocatedStorageGiB: wholeNumber(DB_STORAGE_GIB, "Storage at the start, in GiB."),
  maxAllocatedStorageGiB: wholeNumber(DB_STORAGE_GIB, "Storage up to which RDS adds some by itself, in GiB."),
  multiAz: flag("Whether a standby in another zone takes over when the database fails."),
  backupRetentionDays: wholeNumber(DB_BACKUP_RETENTION_DAYS, "Days for which backups are kept; 0 = none are made."),
  maxConnections: wholeNumber(DB_MAX_CONNECTIONS, "Connections that the database takes at one time."),
});

/** The shape of `config/environments/<environment>.json`. What the values mean to each other is checked in `checks/`. */
export const environmentSchema = z.strictObject({
  $schema: text("Where editors find the JSON schema.", "a path").optional(),
  region: text("AWS Region.", 'a Region such as "us-east-1"'),
  accountId: text("AWS account; a deployment to any other is refused.", "12 digits, as text").optional(),
  emulated: flag("Whether this is an emulator of AWS on this machine.").default(false),
  state: field(state, "Where Terraform keeps its state.", 'an object with backend "local", or "s3" and a bucket'),
  removal: oneOf(
    ["destroy", "retain"],
    "Whether `cdktf destroy` may remove what holds data (destroy) or is refused by deletion protection (retain).",
  ),
  network: field(network, "VPC.", "an object with cidr, availabilityZones and nat"),
  dns: field(
    dns,
    "Public name; absent = only the load balancer's own name.",
    "an object with hostedZone, recordNames and tls",
  ).optional(),
  discovery: oneOf(
    ["load-balancer", "cloud-map", "service-connect"],
    "How services find those that they call: by the load balancer's name, by names in a private zone (Cloud Map), or by ECS's proxies (Service Connect).",
  ).default("cloud-map"),
  mail: field(
    mail,
    "Mail that services send with SES; absent = no service may send any.",
    "an object with domain and sender",
  ).optional(),
  pipelines: field(
    pipelines,
    "Pipelines of AWS that take services from source over this environment to production; absent = none.",
    "an object with production and approvers",
  ).optional(),
  api: field(
    api,
    "API with sign-in in front of the services that are exposed; absent = no service may be.",
    "an object with throttling, callbackUrls and signInPrefix",
  ).optional(),
  alarms: field(alarms, "Alarms of the systems, and who is told of them.", "an object").prefault({}),
  ec2: field(ec2, "Instances for services of launch type EC2.", "an object with instanceTypes and maxInstances"),
  database: field(
    database,
    "MySQL database of each system that has one; absent = no service may have one.",
    "an object with instanceClass, allocatedStorageGiB, maxAllocatedStorageGiB, multiAz, backupRetentionDays and maxConnections",
  ).optional(),
  testListenerCidrs: listOf(
    cidr("Addresses."),
    "Who may reach the listener on which blue/green deployments show a new version first; empty = nobody.",
  ).default([]),
  logRetentionDays: field(
    z.literal(LOG_RETENTION_DAYS),
    "Days for which CloudWatch keeps logs.",
    `one of ${LOG_RETENTION_DAYS.join(", ")}`,
  ).default(30),
  containerInsights: oneOf(
    ["enhanced", "enabled", "disabled"],
    "CloudWatch Container Insights of the cluster.",
  ).default("enabled"),
  quotas: field(
    z.record(z.string(), wholeNumber(RAISED_QUOTA, "What AWS has raised it to.")),
    "Quotas that AWS has raised in the account, by their ids (npm run quotas); the others have AWS's defaults.",
    'an object of quotas and numbers, such as {"rulesPerLoadBalancer": 200}',
  ).default({}),
  tags: field(
    z.record(z.string(), field(z.string(), "Value.", "a text, in quotes")),
    "Tags of every resource.",
    "an object of names and texts",
  ).default({}),
  services: field(
    z.record(z.string(), serviceOverrideSchema),
    "What this environment says otherwise about a service, by the service's name.",
    "an object of service names",
  ).default({}),
});

/** An environment file with its defaults applied, overrides of services included. */
export type EnvironmentFile = z.output<typeof environmentSchema>;

/**
 * An environment as infrastructure reads it: its file without the overrides (which `loadProject` has merged into the
 * services), and its name, which is the file's base name.
 */
export type Environment = Omit<EnvironmentFile, "services" | "$schema"> & { readonly name: string };
