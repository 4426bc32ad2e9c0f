/** Limits of what the page takes, which its fields show and its server checks. */

/** The methods of a request that is traced. */
export const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

/** Most tasks of a service: "Amazon ECS service quotas" allows 5,000, but this is one machine. */
export const TASKS_MAX = 20;

/** Of the load: enough to make a service scale, and to leave the machine usable. */
export const LOAD = { rateMax: 200, secondsMax: 300 } as const;
