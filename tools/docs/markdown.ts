/** The first line of every page that a program writes. */
export const GENERATED = "<!-- written by `npm run docs`; what it is made of is named below: change that -->";

/** A table; of no rows, nothing. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(columns), `|${columns.map(() => "---|").join("")}`, ...rows.map(line)].join("\n");
}

/** Within a table a line break ends the row, and a bar the cell, also in code. */
const cell = (text: string) => text.replace(/\s*\n\s*/g, " ").replaceAll("|", "\\|");

/** A text as code within a line. */
export function code(text: string): string {
  const fence = text.includes("`") ? "``" : "`";
  const space = /^`|`$/.test(text) ? " " : "";
  return `${fence}${space}${text}${space}${fence}`;
}

export const codes = (texts: readonly string[]): string => texts.map(code).join(", ");

/** A block of code. */
export const fenced = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``;

/** Parts with an empty line between them; those that are empty are left out. */
export const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== "").join("\n\n");

/** A page of these parts. */
export const page = (...parts: readonly string[]): string => `${joined(...parts)}\n`;

/** A link of a page to a heading or a page. */
export interface Link {
  /** Nothing: the page itself. */
  readonly file: string;
  readonly heading: string | undefined;
  /** Of the page, from 1. */
  readonly line: number;
}

/** The links of a page that lead to files: those of HTML images too, none of code blocks. */
export function linksOf(text: string): readonly Link[] {
  return withoutCode(text)
    .split("\n")
    .flatMap((content, index) => {
      const inline = content.matchAll(/\]\(<?(?!\w+:)([^)#>\s]*)(?:#([^)>\s]+))?>?(?:\s+"[^"]*")?\)/g);
      const html = content.matchAll(/<(?:img|source|a)\s[^>]*?(?:src|srcset|href)="(?!\w+:)([^"#]*)(?:#([^"]+))?"/g);
      return [...inline, ...html].map(([, file = "", heading]) => ({
        file: decodeURI(file),
        heading,
        line: index + 1,
      }));
    });
}

/** GitHub's anchors of a page's headings. A heading that is there again gets a number. */
export function anchorsOf(text: string): readonly string[] {
  const seen = new Map<string, number>();
  return [...withoutCode(text).matchAll(/^#{1,6} +(.*?) *#*$/gm)].map(([, heading = ""]) => {
    const anchor = anchorOf(heading);
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  });
}

/** GitHub's anchor of a heading: of a link in it, the words. */
export function anchorOf(heading: string): string {
  return heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, "")
    .replaceAll(" ", "-");
}

/** The page with the same lines, those of code blocks and code within lines emptied. */
function withoutCode(text: string): string {
  const blank = (block: string) => block.replace(/[^\n]/g, "");
  return text
    .replace(/^( *)(`{3,}|~{3,})[^\n]*\n[\s\S]*?^\1\2[`~]*$/gm, blank)
    .replace(/^#{1,6} .*$|(`+)[^`\n]+?\1/gm, (found) => (found.startsWith("#") ? found : ""));
}

/** A block of code of a page. */
export interface CodeBlock {
  readonly language: string;
  readonly text: string;
  /** Line of its first line of code, from 1. */
  readonly line: number;
}

/** The code blocks of a page, in order. */
export function codeBlocks(text: string): readonly CodeBlock[] {
  return [...text.matchAll(/^(`{3,})(\S*)[^\n]*\n([\s\S]*?)^\1`*$/gm)].map(
    ({ 2: language = "", 3: body = "", index }) => ({
      language,
      text: body.replace(/\n$/, ""),
      line: text.slice(0, index).split("\n").length + 1,
    }),
  );
}
