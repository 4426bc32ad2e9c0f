/** What is written as YAML: objects, lists, texts and numbers. */
export type YamlValue = string | number | readonly YamlValue[] | { readonly [key: string]: YamlValue };

/**
 * Texts that every reader of YAML takes for texts without quotes: a letter first, then nothing that could end a text, begin
 * a comment or be a key. Or a placeholder.
 */
const PLAIN = /^(?:[A-Za-z](?:[A-Za-z0-9_./-]|:(?=\S))*|<[A-Z0-9_]+>)$/;

/** Words that some reader takes for something else. Source: YAML 1.1 types "bool", "null" and "float", YAML 1.2.2 "Core Schema". */
const RESERVED = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf)$/i;

const INDENT = "  ";

/** Writes YAML in block style, in the order that is given. Ends with a line break. */
export function toYaml(value: YamlValue): string {
  return lines(value)
    .map((line) => `${line}\n`)
    .join("");
}

function lines(value: YamlValue): readonly string[] {
  if (isList(value)) return value.length === 0 ? ["[]"] : value.flatMap(listItem);
  if (typeof value === "object") {
    const entries = Object.entries(value);
    return entries.length === 0 ? ["{}"] : entries.flatMap(([key, member]) => entry(key, member));
  }
  return [scalar(value)];
}

function entry(key: string, value: YamlValue): readonly string[] {
  const written = lines(value);
  if (!isNested(value)) return [`${scalar(key)}: ${written[0]}`];
  return [`${scalar(key)}:`, ...written.map((line) => INDENT + line)];
}

function listItem(value: YamlValue): readonly string[] {
  return lines(value).map((line, index) => (index === 0 ? `- ${line}` : INDENT + line));
}

/** Whether it takes lines of its own. */
function isNested(value: YamlValue): boolean {
  return typeof value === "object" && Object.keys(value).length > 0;
}

function isList(value: YamlValue): value is readonly YamlValue[] {
  return Array.isArray(value);
}

/** A text in double quotes is written as in JSON, which YAML takes; what some reader would take for a line break, escaped. */
function scalar(value: string | number): string {
  if (typeof value === "number") return String(value);
  if (PLAIN.test(value) && !RESERVED.test(value)) return value;
  return JSON.stringify(value).replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
