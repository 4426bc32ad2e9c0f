/** Markup that needs no further escaping. */
export class Markup {
  constructor(readonly text: string) {}
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Tagged template for HTML: text that is put in is escaped, in text and in quoted attributes; undefined is nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly (string | Markup | undefined)[]): Markup {
  const rendered = values.map((value) =>
    value instanceof Markup
      ? value.text
      : (value ?? "").replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character),
  );
  return new Markup(strings.map((text, index) => text + (rendered[index] ?? "")).join(""));
}
