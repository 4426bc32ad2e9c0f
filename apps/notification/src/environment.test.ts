import { readEnvironment } from "@express-on-ecs/kit/environment";
import { taskVariables } from "@express-on-ecs/kit/testing/run-service";
import { describe, expect, it } from "vitest";
import { environment } from "./environment";

const variables = {
  ...taskVariables,
  APP_DB_HOST: "db.example.test",
  APP_DB_NAME: "user_notifications",
  APP_DB_USER: "notification",
  APP_DB_PASSWORD: "x",
  APP_DB_CONNECTION_LIMIT: "2",
  AWS_MAIL_SERVER_FROM_ADDRESS: "noreply@example.test",
  MAIL_CONFIGURATION_SET: "mail-local",
  AWS_REGION: "eu-west-1",
};

describe("the environment of notification", () => {
  it("has the database, the sender, the configuration set and the Region", () => {
    expect(readEnvironment(environment, variables)).toMatchObject({
      APP_DB_CONNECTION_LIMIT: 2,
      AWS_MAIL_SERVER_FROM_ADDRESS: "noreply@example.test",
      MAIL_CONFIGURATION_SET: "mail-local",
      AWS_REGION: "eu-west-1",
    });
  });

  it.each([
    [
      "AWS_MAIL_SERVER_FROM_ADDRESS",
      "Us <noreply@example.test>",
      "an e-mail address such as name@example.com, without a display name: the sender of all mails; " +
        'to mend: "mail.sender" of the environment; the stack sets it in the task definition',
    ],
    [
      "MAIL_CONFIGURATION_SET",
      "mail local",
      "the name of a configuration set of Amazon SES: 1 to 64 letters, digits, underscores and hyphens; " +
        "to mend: the stack sets it in the task definition",
    ],
    ["AWS_REGION", "Ireland", "a Region of AWS, such as eu-west-1; to mend: the stack sets it in the task definition"],
  ])("says what %s may be", (name, value, rest) => {
    expect(() => readEnvironment(environment, { ...variables, [name]: value })).toThrow(
      `the environment does not fit: 1 variable is wrong\n  ${name} is "${value}"; allowed: ${rest}`,
    );
  });
});
