import { join } from "node:path";
import newman from "newman";

/** Against what the requests of http/ are run. */
export interface CollectionTarget {
  /** Where user-management is: `http://HOST[:PORT]`. */
  readonly baseUrl: string;
  /** Where notification is. @default the same, as behind a load balancer */
  readonly notificationUrl?: string;
  /** What `POST /notification/send` is answered with: 404 from outside. @default 200 */
  readonly sendStatus?: number;
}

/** What a run has shown. */
export interface CollectionRun {
  readonly requests: number;
  /** One a line: the request, and what was not as expected. */
  readonly failures: readonly string[];
}

/** The Postman collection. */
export const COLLECTION = join(import.meta.dirname, "..", "http", "user-notifications.postman_collection.json");

/** The variables of the collection and of the .http file. */
export function targetVariables({ baseUrl, notificationUrl = baseUrl, sendStatus = 200 }: CollectionTarget) {
  return { baseUrl, notificationUrl, sendStatus: String(sendStatus) };
}

/**
 * Runs the Postman collection with newman.
 *
 * @param collection for tests: another one, as an object. @default {@link COLLECTION}
 */
export async function runCollection(
  target: CollectionTarget,
  collection: string | object = COLLECTION,
): Promise<CollectionRun> {
  const envVar = Object.entries(targetVariables(target)).map(([key, value]) => ({ key, value }));
  const summary = await new Promise<newman.NewmanRunSummary>((resolve, reject) => {
    newman.run({ collection, envVar, reporters: [] }, (error, run) => (error ? reject(error) : resolve(run)));
  });
  const { stats, failures } = summary.run;
  return {
    requests: stats.requests.total ?? 0,
    failures: failures.map(({ source, error }) => `${source?.name}: ${error.test ?? error.name}: ${error.message}`),
  };
}
