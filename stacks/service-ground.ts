import { isExposed } from "../config/exposure";
import { loadBalancerOf } from "../config/load-balancer-number";
import type { Service } from "../config/service";
import type { AlarmTopic } from "../modules/sns/alarm-topic";
import type { ApiFront } from "./api-front";
import type { MailStack } from "./mail";
import type { ServiceDiscovery } from "./service-discovery";
import type { SystemDatabase } from "./system-database";
import type { ServiceFront } from "./system-front";
import type { SystemPlatform } from "./system-platform";
import type { SystemReleases } from "./system-releases";

/** What a service stands on besides the network. */
export interface ServiceGround {
  readonly platform: SystemPlatform;
  /** What is told of trouble. */
  readonly alarms: AlarmTopic;
  /** Where one of the system's services has a database. */
  readonly database: SystemDatabase | undefined;
  /** Where one of the system's services is deployed blue/green. */
  readonly releases: SystemReleases | undefined;
  /** Where one of the system's services calls another. */
  readonly discovery: ServiceDiscovery | undefined;
  /** Where a service sends mail. */
  readonly mail: MailStack | undefined;
  /** Where the environment has an API. */
  readonly api: ApiFront | undefined;
}

/** The load balancer that leads to a service: that of its unit which has its priority, or the API's where that exposes it. */
export function frontOf({ platform, api }: ServiceGround, service: Service): ServiceFront {
  const front = isExposed(service) ? api : platform.fronts.get(loadBalancerOf(service));
  if (!front) throw new Error(`nothing leads to service "${service.name}"`);
  return front;
}
