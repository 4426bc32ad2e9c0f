import { randomUUID } from "node:crypto";
import { join } from "node:path";
import {
  CreateDBInstanceCommand,
  ModifyDBInstanceCommand,
  RDSClient,
  StartDBInstanceCommand,
  StopDBInstanceCommand,
} from "@aws-sdk/client-rds";
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { describe, expect, it, vi } from "vitest";
import type { Lifetime } from "../../tools/processes/lifetime";
import { temporaryFolder } from "../../tools/testing/temporary-folder";
import { testLifetime } from "../../tools/testing/test-lifetime";
import { startEmulator } from "../cloud/emulator";
import { clientSettings } from "../cloud/variables";
import { MasterUsers } from "./master-users";
import type { MysqlServer } from "./mysql-server";
import { followInstances } from "./power";
import { query, startServer } from "./server.fixtures";

const REGION = "us-east-1";

/** A server that is started again takes a second, and a busy machine many. */
const WAIT = { timeout: 60_000, interval: 25 };

/** Often, so that the tests need not wait. */
const INTERVAL_MS = 50;

/** An emulator of the test's own, and what asks it. */
async function startCloud(start: (lifetime: Lifetime) => Promise<readonly MysqlServer[]> = oneServer) {
  const lifetime = testLifetime();
  const servers = await start(lifetime);
  const python = process.env.EMULATOR_PYTHON ?? "python3";
  const { url } = await startEmulator(lifetime, {
    root: process.cwd(),
    python,
    log: join(temporaryFolder(), "log"),
    mysql: servers.map(({ address }) => address),
  });
  const settings = clientSettings(url, REGION);
  const [server] = servers;
  if (!server) throw new Error("a cloud without a server");
  return {
    lifetime,
    settings,
    server,
    servers,
    rds: new RDSClient(settings),
    secrets: new SecretsManagerClient(settings),
  };
}

const oneServer = async (lifetime: Lifetime) => [await startServer(lifetime)];

type Cloud = Awaited<ReturnType<typeof startCloud>>;

async function createInstance({ rds }: Cloud, identifier: string, user: string): Promise<string> {
  const command = new CreateDBInstanceCommand({
    DBInstanceIdentifier: identifier,
    Engine: "mysql",
    EngineVersion: "8.4",
    DBInstanceClass: "db.t4g.micro",
    AllocatedStorage: 20,
    MasterUsername: user,
    ManageMasterUserPassword: true,
  });
  const { DBInstance: instance } = await rds.send(command);
  return instance?.MasterUserSecret?.SecretArn ?? "";
}

async function credentialsOf({ secrets }: Cloud, secret: string): Promise<{ user: string; password: string }> {
  const { SecretString: text = "" } = await secrets.send(new GetSecretValueCommand({ SecretId: secret }));
  const { username, password } = JSON.parse(text) as { username: string; password: string };
  return { user: username, password };
}

describe("the master users of the emulated RDS", () => {
  it("are made with the password of the secret, and may do what RDS's may and no more", async () => {
    const cloud = await startCloud();
    const { server, servers } = cloud;
    const secret = await createInstance(cloud, "shop", "admin");
    const users = MasterUsers.watch(cloud.lifetime, { servers, settings: cloud.settings, onFault: vi.fn() });
    await users.synchronise();
    const admin = await credentialsOf(cloud, secret);
    expect(admin.user).toBe("admin");
    await query(server, "CREATE DATABASE COFFEE", admin);
    await query(server, "CREATE USER 'employee'@'%' IDENTIFIED BY 'some password'", admin);
    await query(server, "GRANT SELECT, INSERT ON COFFEE.* TO 'employee'@'%'", admin);
    await query(server, "SELECT 1", { user: "employee", password: "some password", database: "COFFEE" });
    for (const forbidden of ["SHUTDOWN", "SET GLOBAL max_connections = 5", "SELECT 1 INTO OUTFILE '/tmp/never'"])
      await expect(query(server, forbidden, admin), forbidden).rejects.toThrow(/denied/);
    await expect(query(server, "SELECT 1", { ...admin, password: `${admin.password}x` })).rejects.toThrow(/denied/);
  });

  it("follow a secret that changes, by a rotation of RDS's or by a person", async () => {
    const cloud = await startCloud();
    const { server, servers } = cloud;
    const secret = await createInstance(cloud, "shop", "admin");
    const settings = { servers, settings: cloud.settings, onFault: vi.fn(), intervalMs: INTERVAL_MS };
    await MasterUsers.watch(cloud.lifetime, settings).synchronise();
    const first = await credentialsOf(cloud, secret);
    await query(server, "SELECT 1", first);
    await cloud.rds.send(
      new ModifyDBInstanceCommand({
        DBInstanceIdentifier: "shop",
        RotateMasterUserPassword: true,
        ApplyImmediately: true,
      }),
    );
    const second = await credentialsOf(cloud, secret);
    expect(second.password).not.toBe(first.password);
    await vi.waitFor(() => query(server, "SELECT 1", second), WAIT);
    await expect(query(server, "SELECT 1", first)).rejects.toThrow(/denied/);
    const third = { user: "admin", password: `quotes ' " \\ and more ${randomUUID()}` };
    const text = JSON.stringify({ username: third.user, password: third.password });
    await cloud.secrets.send(new PutSecretValueCommand({ SecretId: secret, SecretString: text }));
    await vi.waitFor(() => query(server, "SELECT 1", third), WAIT);
  });

  it("are made when the server is back, and a fault that stays is told once", async () => {
    const cloud = await startCloud();
    const { server } = cloud;
    const onFault = vi.fn();
    const connect = vi.fn(() => server.connect());
    await server.stop();
    const secret = await createInstance(cloud, "shop", "admin");
    const servers = [{ address: server.address, connect }];
    const options = { servers, settings: cloud.settings, onFault, intervalMs: INTERVAL_MS };
    MasterUsers.watch(cloud.lifetime, options);
    await vi.waitFor(() => expect(connect.mock.calls.length).toBeGreaterThan(3), WAIT);
    expect(onFault.mock.calls).toEqual([[expect.stringMatching(/ENOENT|ECONNREFUSED/)]]);
    await server.start();
    const admin = await credentialsOf(cloud, secret);
    await vi.waitFor(() => query(server, "SELECT 1", admin), WAIT);
  });

  it("of two instances are two, also by one name, and one whose server is away keeps the other from nothing", async () => {
    const cloud = await startCloud(async (lifetime) => Promise.all([startServer(lifetime), startServer(lifetime)]));
    const [one, other] = cloud.servers;
    if (!one || !other) throw new Error("two servers are started");
    await one.stop();
    const first = await createInstance(cloud, "one", "admin");
    const second = await createInstance(cloud, "two", "admin");
    const { servers, settings, lifetime } = cloud;
    const users = MasterUsers.watch(lifetime, { servers, settings, onFault: vi.fn() });
    await expect(users.synchronise()).rejects.toThrow(/ENOENT|ECONNREFUSED/);
    const [admin, otherAdmin] = [await credentialsOf(cloud, first), await credentialsOf(cloud, second)];
    await query(other, "SELECT 1", otherAdmin);
    await one.start();
    await users.synchronise();
    await query(one, "SELECT 1", admin);
    await expect(query(other, "SELECT 1", admin)).rejects.toThrow(/denied/);
  });
});

describe("the power of the servers", () => {
  it("is that of the instances, each of its own", async () => {
    const cloud = await startCloud(async (lifetime) => Promise.all([startServer(lifetime), startServer(lifetime)]));
    const [one, other] = cloud.servers;
    if (!one || !other) throw new Error("two servers are started");
    await createInstance(cloud, "one", "admin");
    await createInstance(cloud, "two", "admin");
    const onFault = vi.fn();
    const { servers, settings, lifetime } = cloud;
    followInstances(lifetime, { servers, settings, onFault, intervalMs: INTERVAL_MS });
    const isUp = (server: MysqlServer) =>
      server.connect().then(
        (connection) => connection.end().then(() => true),
        () => false,
      );
    await cloud.rds.send(new StopDBInstanceCommand({ DBInstanceIdentifier: "one" }));
    await vi.waitFor(async () => expect(await isUp(one)).toBe(false), WAIT);
    expect(await isUp(other)).toBe(true);
    await cloud.rds.send(new StartDBInstanceCommand({ DBInstanceIdentifier: "one" }));
    await vi.waitFor(async () => expect(await isUp(one)).toBe(true), WAIT);
    expect(onFault).not.toHaveBeenCalled();
  });
});
