import * as z from "zod";
import { integer, variable } from "./environment";

const SET_BY_STACK = "the stack sets it in the task definition";
const DEFAULT_PORT = 3306;
/** Source: Amazon RDS, "Quotas and constraints": no instance has more connections; a task needs far fewer. */
const MOST_CONNECTIONS = 1000;

/** Where a database is and how its certificate is checked. */
export const databaseAddressVariables = {
  APP_DB_HOST: variable(z.string().regex(/^[A-Za-z0-9.:-]{1,255}$/), {
    allowed: "the name or the IP address of the database server, as its certificate has it",
    mend: SET_BY_STACK,
  }),
  APP_DB_PORT: variable(integer(1, 65_535).default(DEFAULT_PORT), {
    allowed: "a whole number from 1 to 65535",
    mend: `leave it unset for ${DEFAULT_PORT}`,
  }),
  APP_DB_NAME: variable(z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,53}$/), {
    allowed: "the name of a database: 1 to 54 letters, digits and underscores, starting with a letter",
    mend: SET_BY_STACK,
  }),
  APP_DB_CA: variable(z.string().includes("-----BEGIN CERTIFICATE-----").optional(), {
    allowed: "certificates in PEM format: the certificate authority of the database server",
    mend: "leave it unset for the authorities of Amazon RDS",
  }),
};

/** And who connects. */
export const databaseUserVariables = {
  ...databaseAddressVariables,
  APP_DB_USER: variable(z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,31}$/), {
    allowed: "the name of a database user: 1 to 32 letters, digits, underscores and hyphens",
    mend: SET_BY_STACK,
  }),
  APP_DB_PASSWORD: variable(z.string().min(1), {
    allowed: "the password of APP_DB_USER",
    mend: `${SET_BY_STACK}, from AWS Secrets Manager`,
  }),
};

/** And with how many connections: what a service with a database extends its environment with. */
export const databaseVariables = {
  ...databaseUserVariables,
  APP_DB_CONNECTION_LIMIT: variable(integer(1, MOST_CONNECTIONS), {
    allowed: `a whole number from 1 to ${MOST_CONNECTIONS}: the connections of one task`,
    mend: `"database.connectionLimit" in service.json; ${SET_BY_STACK}`,
  }),
};

const addressSchema = z.object(databaseAddressVariables);
const userSchema = z.object(databaseUserVariables);

/** Where a database is. */
export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  /** PEM. @default the certificate authorities of Amazon RDS */
  readonly ca?: string;
}

/** A database, and who connects to it. */
export interface DatabaseAccess extends DatabaseAddress {
  readonly user: string;
  readonly password: string;
}

/** The address in words of its own. */
export function databaseAddress(values: z.output<typeof addressSchema>): DatabaseAddress {
  const { APP_DB_HOST: host, APP_DB_PORT: port, APP_DB_NAME: name, APP_DB_CA: ca } = values;
  return { host, port, name, ...(ca !== undefined && { ca }) };
}

/** The address and the user in words of their own. */
export function databaseAccess(values: z.output<typeof userSchema>): DatabaseAccess {
  return { ...databaseAddress(values), user: values.APP_DB_USER, password: values.APP_DB_PASSWORD };
}
