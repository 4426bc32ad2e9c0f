import { EMAIL_ADDRESS } from "../../modules/aws/forms";
import { type Context, misuse } from "./command";
import { OWN_USER } from "./token";
import { UserPool } from "./user-pool";

/**
 * Makes a user who can sign in by a browser, and prints the password and nothing else: it is told this once. A user who is
 * there gets a new one.
 */
export async function printPassword(context: Context, args: readonly string[]): Promise<void> {
  const [email] = args;
  if (email === undefined || args.length > 1) throw misuse("user takes the e-mail address of one user");
  if (!EMAIL_ADDRESS.fits(email)) throw misuse(`the user is "${email}"; it has to be ${EMAIL_ADDRESS.allowed}`);
  if (email.toLowerCase() === OWN_USER) {
    throw misuse(
      `${OWN_USER} is the user of the command token, which sets a new password each time: take another address`,
    );
  }
  const { lifetime, terminal } = context;
  const pool = await UserPool.find(context);
  terminal.line(await lifetime.until(pool.givePassword(email)));
}
