import type { Construct } from "constructs";
import { SystemStack, type SystemStackProps } from "./system-stack";

/** Name of the system, as `system` in service.json says it. */
export const USER_NOTIFICATIONS = "user-notifications";

/**
 * Two services on Fargate that talk: one keeps users in MySQL, the other mails them by SES. They find each other by the load
 * balancer, by Cloud Map or by Service Connect, as the environment says; pipelines of AWS take both from source over
 * development and an approval to production.
 */
export class UserNotificationsStack extends SystemStack {
  constructor(scope: Construct, props: SystemStackProps) {
    super(scope, { system: USER_NOTIFICATIONS, databaseName: "user_notifications" }, props);
  }
}
