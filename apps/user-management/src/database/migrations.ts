import type { Migration } from "@express-on-ecs/kit/database/migration";

// Two names are one where they differ in case only, and two where they differ in an accent. No collation that MySQL and
// MariaDB both have says so of all letters (`utf8mb4_unicode_520_ci` takes josé for jose, `utf8mb4_bin` takes JOSE and jose
// for two; `utf8mb4_0900_as_ci` is MySQL's alone, `utf8mb4_uca1400_as_ci` MariaDB's). So the name is stored as it was
// written, and a second column, compared byte by byte, has it in lower case and is unique; users are found and listed by it.
// An e-mail address has ASCII only, where `ascii_general_ci` says the same.
// Limits are checked here too, not in the app alone: other programs may write one day.
const CREATE_USERS = `
CREATE TABLE users (
  username VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  username_key VARCHAR(60) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin GENERATED ALWAYS AS (LOWER(username)) STORED,
  email VARCHAR(254) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
  firstname VARCHAR(20) NOT NULL,
  lastname VARCHAR(20) NOT NULL DEFAULT '',
  version INT UNSIGNED NOT NULL DEFAULT 1,
  created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (username),
  UNIQUE KEY users_username (username_key),
  UNIQUE KEY users_email (email),
  CONSTRAINT users_username_text CHECK (CHAR_LENGTH(username) >= 3 AND username NOT REGEXP '[[:cntrl:][:space:]/]'),
  CONSTRAINT users_email_text CHECK (email LIKE '_%@_%._%' AND email NOT REGEXP '[[:cntrl:][:space:]]'),
  CONSTRAINT users_firstname_text CHECK (CHAR_LENGTH(firstname) > 0 AND firstname NOT REGEXP '[[:cntrl:]]'),
  CONSTRAINT users_lastname_text CHECK (lastname NOT REGEXP '[[:cntrl:]]')
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci`;

// Messages that are still to be sent, written in the transaction of what they tell about. A row is due from due_at on, and
// belongs to a worker until locked_until; one that was sent is deleted. TEXT, not JSON: what is read of the latter is an
// object from MySQL and text from MariaDB.
const CREATE_OUTBOX = `
CREATE TABLE outbox (
  id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  message TEXT NOT NULL,
  request_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state ENUM('waiting', 'failed') NOT NULL DEFAULT 'waiting',
  attempts INT UNSIGNED NOT NULL DEFAULT 0,
  due_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  locked_until DATETIME(3) NULL,
  created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (id),
  KEY outbox_due (state, due_at)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci`;

// Of the service notification: which messages it has sent, or is sending.
const CREATE_NOTIFICATION_DELIVERIES = `
CREATE TABLE notification_deliveries (
  idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state ENUM('sending', 'sent') NOT NULL DEFAULT 'sending',
  message_id VARCHAR(128) NULL,
  lease_until DATETIME(3) NOT NULL,
  created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (idempotency_key),
  KEY notification_deliveries_created (created_at)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci`;

/** The schema of the system, from the beginning: of users, of what is to be sent, and of what notification has sent. */
export const migrations: readonly Migration[] = [
  { id: 1, name: "create users", statements: [CREATE_USERS.trim()] },
  { id: 2, name: "create outbox", statements: [CREATE_OUTBOX.trim()] },
  { id: 3, name: "create notification_deliveries", statements: [CREATE_NOTIFICATION_DELIVERIES.trim()] },
];
