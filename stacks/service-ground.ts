import type { MailStack } from "./mail";
import type { ServiceDiscovery } from "./service-discovery";
import type { SystemDatabase } from "./system-database";
import type { SystemPlatform } from "./system-platform";
import type { SystemReleases } from "./system-releases";

/** What a service stands on besides the network. */
export interface ServiceGround {
  readonly platform: SystemPlatform;
  /** Where one of the system's services has a database. */
  readonly database: SystemDatabase | undefined;
  /** Where one of the system's services is deployed blue/green. */
  readonly releases: SystemReleases | undefined;
  /** Where one of the system's services calls another. */
  readonly discovery: ServiceDiscovery | undefined;
  /** Where a service sends mail. */
  readonly mail: MailStack | undefined;
}
