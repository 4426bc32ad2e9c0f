import { taskEnvironment, variable } from "@express-on-ecs/kit/environment";
import { databaseVariables } from "@express-on-ecs/kit/mysql-environment";
import * as z from "zod";
import { EMAIL_ADDRESS, parseEmailAddress } from "./email-address";

const SET_BY_STACK = "the stack sets it in the task definition";

/** The task environment, the database, and how mails are sent: `database` and `mail` in service.json give them. */
export const environment = taskEnvironment.extend({
  ...databaseVariables,
  AWS_MAIL_SERVER_FROM_ADDRESS: variable(
    z.string().refine((text) => parseEmailAddress(text) === text),
    {
      allowed: `${EMAIL_ADDRESS}: the sender of all mails`,
      mend: `"mail.sender" of the environment; ${SET_BY_STACK}`,
    },
  ),
  MAIL_CONFIGURATION_SET: variable(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/), {
    allowed: "the name of a configuration set of Amazon SES: 1 to 64 letters, digits, underscores and hyphens",
    mend: SET_BY_STACK,
  }),
  AWS_REGION: variable(z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/), {
    allowed: "a Region of AWS, such as eu-west-1",
    mend: SET_BY_STACK,
  }),
});
