import * as z from "zod";
import { command } from "../command";
import { commandEnvironment, variable } from "../environment";
import { databaseAddress, databaseAddressVariables } from "../mysql-environment";
import { TaskConnection } from "./connection";
import { historyDatabase } from "./history";
import { type DatabaseUser, databaseUsersVariable, passwordOf, privilegesOf } from "./users";

const FROM_SECRET = "the stack sets it in the task definition, from the secret that RDS keeps of its master user";

const environment = commandEnvironment.extend({
  ...databaseAddressVariables,
  DATABASE_USERS: databaseUsersVariable,
  MASTER_USER: variable(z.string().min(1), { allowed: "the name of the master user", mend: FROM_SECRET }),
  MASTER_PASSWORD: variable(z.string().min(1), { allowed: "its password", mend: FROM_SECRET }),
});

/** A database name for a grant, where `_` stands for any character. The name has letters, digits and `_` only. */
function grantTarget(database: string): string {
  return `\`${database.replaceAll("_", "\\_")}\`.*`;
}

async function prepareUser(
  connection: TaskConnection,
  user: DatabaseUser,
  password: string,
  databases: readonly string[],
): Promise<void> {
  const { name } = user;
  const identified = "?@'%' IDENTIFIED BY ? REQUIRE SSL";
  await connection.escaped(`make the user ${name}`, `CREATE USER IF NOT EXISTS ${identified}`, [name, password]);
  await connection.escaped(`set the password of ${name}`, `ALTER USER ${identified}`, [name, password]);
  const { granted, revoked } = privilegesOf(user);
  for (const database of databases) {
    const target = grantTarget(database);
    const rights = `${granted.join(", ")} ON ${target}`;
    await connection.escaped(`give ${name} its rights`, `GRANT ${rights} TO ?@'%'`, [name]);
    // What stays is never taken away for a moment: services may be running.
    const others = `${revoked.join(", ")} ON ${target}`;
    await connection.escaped(`take other rights from ${name}`, `REVOKE ${others} FROM ?@'%'`, [name]);
  }
}

/**
 * Makes the database and its users with their rights, as the master user; may be run again at any time, and sets the
 * passwords anew.
 */
export const prepareCommand = command(environment, async (values, logger) => {
  const { name, ...address } = databaseAddress(values);
  const users = values.DATABASE_USERS.map((user) => ({ user, password: passwordOf(user, process.env) }));
  const access = { ...address, user: values.MASTER_USER, password: values.MASTER_PASSWORD };
  const history = historyDatabase(name);
  await TaskConnection.use(access, async (connection) => {
    for (const database of [name, history]) {
      const create = `CREATE DATABASE IF NOT EXISTS \`${database}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci`;
      await connection.escaped(`make the database ${database}`, create);
    }
    for (const { user, password } of users) {
      // What decides about migrations is nothing that a service could write.
      await prepareUser(connection, user, password, user.access === "migrate" ? [name, history] : [name]);
      logger.info({ user: user.name, access: user.access }, "user ready");
    }
  });
  logger.info({ database: name }, "database ready");
});
