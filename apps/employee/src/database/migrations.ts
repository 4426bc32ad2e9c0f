import type { Migration } from "@express-on-ecs/kit/database/migration";

// Limits and the rest of it are checked here too, not in the app alone: other programs may write one day.
// `identity` stands for name, address, city and state, which are too long together for a key of InnoDB (3072 bytes); letters
// count as the same in upper and lower case. The control character 31 is in none of them.
const CREATE_SUPPLIERS = `
CREATE TABLE suppliers (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  name VARCHAR(255) NOT NULL,
  address VARCHAR(255) NOT NULL,
  city VARCHAR(255) NOT NULL,
  state VARCHAR(255) NOT NULL,
  email VARCHAR(255) NOT NULL,
  phone VARCHAR(100) NOT NULL,
  version INT UNSIGNED NOT NULL DEFAULT 1,
  identity BINARY(32) GENERATED ALWAYS AS (UNHEX(SHA2(CONCAT_WS(
    CHAR(31 USING utf8mb4), LOWER(name), LOWER(address), LOWER(city), LOWER(state)), 256))) STORED,
  PRIMARY KEY (id),
  UNIQUE KEY suppliers_identity (identity),
  KEY suppliers_name (name),
  KEY suppliers_city_name (city, name),
  CONSTRAINT suppliers_name_text CHECK (CHAR_LENGTH(TRIM(name)) > 0 AND name NOT REGEXP '[[:cntrl:]]'),
  CONSTRAINT suppliers_address_text CHECK (CHAR_LENGTH(TRIM(address)) > 0 AND address NOT REGEXP '[[:cntrl:]]'),
  CONSTRAINT suppliers_city_text CHECK (CHAR_LENGTH(TRIM(city)) > 0 AND city NOT REGEXP '[[:cntrl:]]'),
  CONSTRAINT suppliers_state_text CHECK (CHAR_LENGTH(TRIM(state)) > 0 AND state NOT REGEXP '[[:cntrl:]]'),
  CONSTRAINT suppliers_email_text CHECK (email LIKE '_%@_%._%' AND email NOT REGEXP '[[:cntrl:]]'),
  CONSTRAINT suppliers_phone_text CHECK (phone REGEXP '^[+]?[0-9 ()./-]{10,}$')
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci`;

/** The schema of the suppliers, from the beginning. */
export const migrations: readonly Migration[] = [
  { id: 1, name: "create suppliers", statements: [CREATE_SUPPLIERS.trim()] },
];
