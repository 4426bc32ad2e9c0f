/** What a docstring says, taken apart. All of it is Markdown. */
export interface Docstring {
  /** Its text, without what stands below; with its examples. */
  readonly text: string;
  /** The paragraphs that begin with "Cost:", without that word. */
  readonly costs: readonly string[];
  /** What `@see` and "Source:" name: pages of AWS's documentation. */
  readonly sources: readonly string[];
  readonly default?: string;
  /** What `@throws` says. */
  readonly refusals: readonly string[];
  /** What `@param` says, by the parameter's name. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly returns?: string;
}

const TAG = /(?:^|\s)@(default|param|returns?|see|throws)\b/;

/** Takes the text of a docstring apart. @param comment with its comment marks */
export function parseDocstring(comment: string): Docstring {
  const [text, ...tags] = splitByTags(withoutMarks(comment));
  const paragraphs = splitParagraphs(text).flatMap(withSourceApart);
  const saying = (beginning: string) =>
    paragraphs.flatMap((one) => (one.startsWith(beginning) ? [one.slice(beginning.length).trim()] : []));
  const tagged = (...names: string[]) => tags.flatMap(({ name, said }) => (names.includes(name) ? [said] : []));
  const [defaultValue] = tagged("default");
  const [returns] = tagged("return", "returns");
  return {
    text: paragraphs.filter((one) => !/^(Cost|Source):/.test(one)).join("\n\n"),
    costs: saying("Cost:"),
    sources: [...saying("Source:"), ...tagged("see")],
    ...(defaultValue !== undefined && { default: defaultValue.replace(/^- /, "") }),
    refusals: tagged("throws"),
    parameters: new Map(tagged("param").map(parameterOf)),
    ...(returns !== undefined && { returns }),
  };
}

/** A text as a cell of a table takes it. */
export const oneLine = (text: string) => text.replace(/\s*\n\s*/g, " ").trim();

function withoutMarks(comment: string): string {
  return comment
    .replace(/^\/\*\*+ ?/, "")
    .replace(/\s*\*+\/$/, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trimEnd())
    .join("\n")
    .replace(/\{@link (\w[\w.]*)\}/g, "`$1`")
    .trim();
}

interface Tag {
  readonly name: string;
  readonly said: string;
}

/** The text before the first tag, and the tags. What stands in a fenced block is never a tag. */
function splitByTags(text: string): [string, ...Tag[]] {
  const code = fencedBlocks(text);
  const marks = [...text.matchAll(new RegExp(TAG, "g"))].filter(
    ({ index }) => !code.some(({ from, to }) => index >= from && index < to),
  );
  const tags = marks.map(({ 0: mark, 1: name = "", index }, place) => {
    const said = text.slice(index + mark.length, marks[place + 1]?.index);
    return { name, said: said.trim() };
  });
  return [text.slice(0, marks[0]?.index).trim(), ...tags];
}

function fencedBlocks(text: string): readonly { readonly from: number; readonly to: number }[] {
  return [...text.matchAll(/^```[^\n]*\n[\s\S]*?^```$/gm)].map(({ 0: block, index }) => ({
    from: index,
    to: index + block.length,
  }));
}

/** The paragraphs of a text; a fenced block stays whole. */
function splitParagraphs(text: string): readonly string[] {
  const blocks: string[] = [];
  const marked = text.replace(/^```[^\n]*\n[\s\S]*?^```$/gm, (block) => `\u0000${blocks.push(block) - 1}\u0000`);
  return marked
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.replace(/\0(\d+)\0/g, (_, place) => blocks[Number(place)] ?? "").trim())
    .filter((paragraph) => paragraph !== "");
}

/** A paragraph, and as one of its own the "Source:" that it ends with. An example stays as it is. */
function withSourceApart(paragraph: string): readonly string[] {
  if (paragraph.includes("```")) return [paragraph];
  const place = /(?:^|(?<=\s))Source: /.exec(paragraph)?.index;
  if (place === undefined || place === 0) return [paragraph];
  return [paragraph.slice(0, place).trim(), paragraph.slice(place)];
}

function parameterOf(said: string): [string, string] {
  const [, name = "", text = ""] = /^(\S+)\s*([\s\S]*)$/.exec(said) ?? [];
  return [name, oneLine(text)];
}
