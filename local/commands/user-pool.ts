import { randomBytes } from "node:crypto";
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  paginateListUserPoolClients,
  paginateListUserPools,
  UsernameExistsException,
} from "@aws-sdk/client-cognito-identity-provider";
import { systemNames } from "../../config/names";
import { API_SYSTEM } from "../../config/systems";
import { type Context, misuse } from "./command";

/** Where there may be pools of other environments, to which pipelines promote. */
const NAMES = systemNames(API_SYSTEM, "local");

/** Pools and clients come sixty at a time. */
const PER_CALL = 60;

/** The app client that users sign in to. */
export interface AppClient {
  readonly id: string;
  /** Where it takes codes. */
  readonly redirectUri: string;
  /** All that it may ask for. */
  readonly scopes: readonly string[];
}

/** The users of the API of a run, as an administrator manages them. */
export class UserPool {
  private constructor(
    private readonly client: CognitoIdentityProviderClient,
    private readonly id: string,
    /** Address of its sign-in pages. */
    readonly pages: string,
  ) {}

  /** @throws Failure with status 2 where the run has no API that users sign in for */
  static async find({ lifetime, settings, running }: Context): Promise<UserPool> {
    const client = new CognitoIdentityProviderClient(settings);
    lifetime.onEnd(() => client.destroy());
    const id = await lifetime.until(idOfPool(client));
    if (id === undefined) {
      throw misuse(`there is no user pool ${NAMES.userPool} here: what \`npm start\` deploys has no API`);
    }
    const { UserPool: pool } = await lifetime.until(client.send(new DescribeUserPoolCommand({ UserPoolId: id })));
    const domain = `${pool?.Domain}.auth.${settings.region}.amazoncognito.com`;
    const pages = running.signIns[domain];
    if (pages === undefined) {
      throw misuse(
        `the sign-in pages of ${NAMES.userPool} are not served yet: wait until \`npm start\` has deployed them`,
      );
    }
    return new UserPool(client, id, pages);
  }

  /** @throws Failure with status 2 where it is not there */
  async appClient(): Promise<AppClient> {
    const { client, id: UserPoolId } = this;
    for await (const { UserPoolClients = [] } of paginateListUserPoolClients(
      { client, pageSize: PER_CALL },
      { UserPoolId },
    )) {
      const ClientId = UserPoolClients.find(({ ClientName }) => ClientName === NAMES.appClient)?.ClientId;
      if (ClientId === undefined) continue;
      const answer = await client.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }));
      const { CallbackURLs: [redirectUri = ""] = [], AllowedOAuthScopes: scopes = [] } = answer.UserPoolClient ?? {};
      return { id: ClientId, redirectUri, scopes };
    }
    throw misuse(`the user pool ${NAMES.userPool} has no app client ${NAMES.appClient} yet`);
  }

  /** Makes a user of an address where there is none, and gives the user a new password: that one. */
  async givePassword(email: string): Promise<string> {
    const named = { UserPoolId: this.id, Username: email };
    const create = new AdminCreateUserCommand({
      ...named,
      // An invitation would tell of another password.
      MessageAction: "SUPPRESS",
      UserAttributes: [
        { Name: "email", Value: email },
        { Name: "email_verified", Value: "true" },
      ],
    });
    await this.client.send(create).catch((error: unknown) => {
      if (!(error instanceof UsernameExistsException)) throw error;
    });
    const Password = newPassword();
    await this.client.send(new AdminSetUserPasswordCommand({ ...named, Password, Permanent: true }));
    return Password;
  }
}

async function idOfPool(client: CognitoIdentityProviderClient): Promise<string | undefined> {
  for await (const { UserPools = [] } of paginateListUserPools({ client }, { MaxResults: PER_CALL })) {
    const found = UserPools.find(({ Name }) => Name === NAMES.userPool);
    if (found) return found.Id;
  }
  return undefined;
}

/** Random; its end has one of each kind of character that a policy may ask for. */
function newPassword(): string {
  return `${randomBytes(18).toString("base64url")}-aA1`;
}
