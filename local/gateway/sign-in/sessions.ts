import { randomBytes } from "node:crypto";

/** Source: "Managed login" (Amazon Cognito): the session cookie "is valid for 1 hour". */
const LIFETIME_MS = 60 * 60 * 1_000;

const MAX_SESSIONS = 1_000;

/** Who is signed in, by what a browser's cookie says. */
export class Sessions {
  readonly #sessions = new Map<string, { username: string; expiresAt: number }>();

  /** @param now milliseconds of a clock that only goes on */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** The session of somebody who has just signed in. */
  begin(username: string): string {
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size >= MAX_SESSIONS && oldest !== undefined) this.#sessions.delete(oldest);
    const session = randomBytes(32).toString("base64url");
    this.#sessions.set(session, { username, expiresAt: this.now() + LIFETIME_MS });
    return session;
  }

  /** Name of the user, while the session lasts. */
  userOf(session: string | undefined): string | undefined {
    const found = session === undefined ? undefined : this.#sessions.get(session);
    return found && found.expiresAt > this.now() ? found.username : undefined;
  }

  end(session: string | undefined): void {
    if (session !== undefined) this.#sessions.delete(session);
  }
}
