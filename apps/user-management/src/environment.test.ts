import { readEnvironment } from "@express-on-ecs/kit/environment";
import { taskVariables } from "@express-on-ecs/kit/testing/run-service";
import { describe, expect, it } from "vitest";
import { environment } from "./environment";

const variables = {
  ...taskVariables,
  APP_DB_HOST: "db.example.test",
  APP_DB_NAME: "user_notifications",
  APP_DB_USER: "user-management",
  APP_DB_PASSWORD: "x",
  APP_DB_CONNECTION_LIMIT: "5",
  NOTIFICATION_SERVICE_HOST: "notification.example.test",
  NOTIFICATION_SERVICE_PORT: "8096",
};

describe("the environment of user-management", () => {
  it("has the database, where notification is, and ten mails a second", () => {
    expect(readEnvironment(environment, variables)).toMatchObject({
      APP_DB_CONNECTION_LIMIT: 5,
      NOTIFICATION_SERVICE_HOST: "notification.example.test",
      NOTIFICATION_SERVICE_PORT: 8096,
      OUTBOX_MAILS_PER_SECOND: 10,
    });
  });

  it.each(["1", "1000"])("takes %s mails a second", (value) => {
    const read = readEnvironment(environment, { ...variables, OUTBOX_MAILS_PER_SECOND: value });
    expect(read.OUTBOX_MAILS_PER_SECOND).toBe(Number(value));
  });

  it.each(["0", "1001", "ten", "2.5"])("refuses %s mails a second, and says what is allowed", (value) => {
    expect(() => readEnvironment(environment, { ...variables, OUTBOX_MAILS_PER_SECOND: value })).toThrow(
      "allowed: a whole number from 1 to 1000: mails that one task hands over to notification in a second, at most; " +
        'to mend: "environment" in service.json; leave it unset for 10',
    );
  });
});
