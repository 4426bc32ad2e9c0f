import { ask } from "./public-api";

/**
 * More than the burst of any throttle of these tests, and what it lets through in some seconds besides: so many are there
 * before the first of them are answered, however slow this machine is.
 */
const CLIENTS = 300;

const MOST = 4_000;

/** What a flood of requests came to. */
export interface Flooded {
  /** How often each answer was given: `200`, or the status with the body. */
  readonly answers: ReadonlyMap<string, number>;
  readonly seconds: number;
}

/** Asks with many clients at once until they are refused by 429, each of them at least once more after that. */
export async function flood(url: string, token: string): Promise<Flooded> {
  const answers = new Map<string, number>();
  const since = performance.now();
  let sent = 0;
  let isRefused = false;
  const clients = Array.from({ length: CLIENTS }, async () => {
    let isLast = false;
    while (sent < MOST && !isLast) {
      isLast = isRefused;
      sent++;
      const { status, body } = await ask(url, { token });
      isRefused ||= status === 429;
      const answer = status === 200 ? "200" : `${status} ${body}`;
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    }
  });
  await Promise.all(clients);
  return { answers, seconds: (performance.now() - since) / 1_000 };
}
