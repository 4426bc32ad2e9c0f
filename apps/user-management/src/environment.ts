import { integer, taskEnvironment, variable } from "@express-on-ecs/kit/environment";
import { databaseVariables } from "@express-on-ecs/kit/mysql-environment";
import { peerVariables } from "@express-on-ecs/kit/peer";

/**
 * Mails of one task. A new account of Amazon SES may send 14 a second, and sending takes from the same processor and the same
 * connections as those who create users: at 50 a second two processors that also ran SES and the database created a third
 * fewer users.
 */
const DEFAULT_MAILS_PER_SECOND = 10;

/** The task environment, the database, and where notification is (`database` and `calls` in service.json), and the pace of mails. */
export const environment = taskEnvironment.extend({
  ...databaseVariables,
  ...peerVariables("NOTIFICATION_SERVICE"),
  OUTBOX_MAILS_PER_SECOND: variable(integer(1, 1000).default(DEFAULT_MAILS_PER_SECOND), {
    allowed: "a whole number from 1 to 1000: mails that one task hands over to notification in a second, at most",
    mend: `"environment" in service.json; leave it unset for ${DEFAULT_MAILS_PER_SECOND}`,
  }),
});
