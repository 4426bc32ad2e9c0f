import { form } from "./forms";

/** Source: GitHub Docs, "Username considerations for external authentication", and "Best practices for repositories". */
export const GITHUB_REPOSITORY = form(
  /^[A-Za-z0-9](-?[A-Za-z0-9]){0,38}\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}(?<!\.git)$/,
  "owner and name as GitHub writes them, without .git, such as octo-org/shop",
);

/**
 * Without what triggers take for a pattern: `*`, `?` and braces.
 * Source: AWS CodePipeline User Guide, "Working with glob patterns in syntax".
 */
export const BRANCH = form(
  /^(?=.{1,255}$)(?!.*(\.\.|\.lock$))[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/,
  "the name of one branch: letters, digits and . _ -, joined by single /",
);
