import { command } from "@express-on-ecs/kit/command";
import { databaseAccess } from "@express-on-ecs/kit/mysql-environment";
import { TaskConnection } from "./connection";
import { migratorEnvironment, withLock } from "./migrate";
import { sampleSuppliers } from "./samples";

const INSERT = "INSERT INTO suppliers (name, address, city, state, email, phone) VALUES (?, ?, ?, ?, ?, ?)";

/** Adds the sample suppliers where there is no supplier yet. */
export const seed = command(migratorEnvironment, (values, logger) => {
  const access = databaseAccess(values);
  return TaskConnection.use(access, (connection) =>
    withLock(connection, access.name, async () => {
      const present = await connection.read("SELECT id FROM suppliers LIMIT 1");
      if (present.length > 0) {
        logger.info("there are suppliers: no samples added");
        return;
      }
      for (const { name, address, city, state, email, phone } of sampleSuppliers) {
        await connection.write(INSERT, [name, address, city, state, email, phone]);
      }
      logger.info({ added: sampleSuppliers.length }, "samples added");
    }),
  );
});
