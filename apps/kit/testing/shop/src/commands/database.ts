import { runCommand } from "../../../../src/command";
import { databaseCommands } from "../../../../src/database/commands";

const CREATE_ITEMS =
  "CREATE TABLE items (id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20) NOT NULL)";

const migrations = [
  { id: 1, name: "create items", statements: [CREATE_ITEMS] },
  { id: 2, name: "find items by name", statements: ["ALTER TABLE items ADD UNIQUE KEY items_name (name)"] },
];

runCommand(
  databaseCommands({ migrations, samples: { table: "items", columns: ["name"], rows: [["Cup"], ["Saucer"]] } }),
);
