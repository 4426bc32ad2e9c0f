import { text } from "node:stream/consumers";
import { type CommandOptions, type Context, misuse } from "./command";
import { SignInRefused, type SignInRequest, signInByPages } from "./sign-in";
import { UserPool } from "./user-pool";

/** Whoever asks for a token without saying whose. Nobody knows the password: each call sets a new one. */
export const OWN_USER = "you@example.com";

/** More calls at once than that do not happen by hand. */
const ATTEMPTS = 20;

/**
 * Prints an access token and nothing else. A user signs in for it at the sign-in pages of this machine, as by a browser.
 *
 * @param input where the password of `--user` comes from
 */
export async function printToken(
  context: Context,
  args: readonly string[],
  options: CommandOptions,
  input: NodeJS.ReadableStream = process.stdin,
): Promise<void> {
  if (args.length > 0) throw misuse("token takes options only: --scope, --user");
  const { lifetime, terminal } = context;
  const { scope: wanted, user } = options;
  const password = await passwordOf(context, options, input);
  const pool = await UserPool.find(context);
  const client = await lifetime.until(pool.appClient());
  const unknown = wanted.filter((scope) => !client.scopes.includes(scope));
  if (unknown.length > 0) {
    throw misuse(`--scope is "${unknown.join('", "')}"; there are: ${client.scopes.join(", ")}`);
  }
  const scopes = wanted.length > 0 ? wanted : client.scopes;
  const request = { pages: pool.pages, client, scopes, signal: lifetime.signal };
  const signedIn =
    user === undefined || password === undefined
      ? signInOwnUser(pool, request)
      : signInByPages({ ...request, username: user, password });
  terminal.line(await lifetime.until(signedIn));
}

/** The password of `--user`: all that is piped in, up to the end of the line. */
async function passwordOf(
  { lifetime }: Context,
  { user, "password-stdin": isGiven }: CommandOptions,
  input: NodeJS.ReadableStream,
): Promise<string | undefined> {
  if (user !== undefined && !isGiven) {
    throw misuse("--user needs the user's password on standard input: add --password-stdin, and pipe it in");
  }
  if (user === undefined && isGiven) throw misuse("--password-stdin is for the password of --user EMAIL: add that");
  if (user === undefined) return undefined;
  const password = (await lifetime.until(text(input))).replace(/\r?\n$/, "");
  if (password === "") throw misuse("--password-stdin: there is no password on standard input");
  return password;
}

async function signInOwnUser(pool: UserPool, request: Omit<SignInRequest, "username" | "password">): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const password = await pool.givePassword(OWN_USER);
    try {
      return await signInByPages({ ...request, username: OWN_USER, password });
    } catch (error) {
      // Another call has set another password meanwhile.
      if (!(error instanceof SignInRefused) || attempt === ATTEMPTS) throw error;
    }
  }
}
