/** What the release program's exit status says. */
export const EXIT = {
  /** The new revision serves, or there was nothing to change. */
  released: 0,
  /** The deployment failed, or was rolled back. */
  failed: 1,
  /** A fault of use or of configuration: nothing was sent, or nothing was changed. */
  usage: 2,
  /** Another deployment took this one's place, or is in progress. */
  superseded: 3,
  /** AWS refused a call, or cannot be reached. */
  aws: 4,
  /** The deployment goes on, but nobody waits for it any longer. */
  timedOut: 5,
} as const;
