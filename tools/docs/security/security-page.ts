import { innerPortsTable, publicPortsTable } from "./ports";
import { rolesTable } from "./roles";
import { secretsTable } from "./secrets";
import type { Stack } from "./stacks";

/** The page that holds the tables among prose that people write. */
export const SECURITY_PAGE = "docs/security.md";

/** The tables of the page, by the name that their place has. */
const TABLES: ReadonlyMap<string, (stacks: readonly Stack[]) => string> = new Map([
  ["public ports", publicPortsTable],
  ["inner ports", innerPortsTable],
  ["roles", rolesTable],
  ["secrets", secretsTable],
]);

/**
 * The page with its tables as these stacks have them.
 *
 * @throws Error for a page that lacks the place of a table
 */
export function withTables(page: string, stacks: readonly Stack[]): string {
  return [...TABLES].reduce((text, [name, tableOf]) => {
    const place = new RegExp(`(<!-- npm run docs: ${name} -->\n)[\\s\\S]*?(<!-- end of ${name} -->)`);
    if (!place.test(text)) {
      throw new Error(
        `${SECURITY_PAGE} has no place for the table of ${name}: <!-- npm run docs: ${name} --> ... <!-- end of ${name} -->`,
      );
    }
    return text.replace(place, (_, beginning, end) => `${beginning}\n${tableOf(stacks)}\n\n${end}`);
  }, page);
}
