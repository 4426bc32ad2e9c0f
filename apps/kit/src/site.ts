/** What a page about an error may tell its reader. */
export interface ErrorFacts {
  readonly status: number;
  /** The name of the status, as in `Not Found`. */
  readonly title: string;
  /** In words, for the client. */
  readonly detail: string | undefined;
  readonly requestId: string;
}

/**
 * What a service of HTML pages has of its own. Its pages may load stylesheets and pictures from where they come from
 * themselves, and nothing else: no script, no style within a page.
 */
export interface Site {
  /** The page about an error: a whole HTML document. */
  readonly errorPage: (about: ErrorFacts) => string;
}
