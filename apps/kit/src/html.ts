/** Markup that needs no further escaping. */
export class SafeHtml {
  readonly #markup: string;

  private constructor(markup: string) {
    this.#markup = markup;
  }

  /** Takes markup as it is: only for a constant of the code, never for a value that came from anywhere else. */
  static constant(markup: string): SafeHtml {
    return new SafeHtml(markup);
  }

  /** Fills a template; every value is escaped. */
  static template(strings: readonly string[], values: readonly HtmlValue[]): SafeHtml {
    return new SafeHtml(strings.map((text, index) => text + render(values[index])).join(""));
  }

  toString(): string {
    return this.#markup;
  }
}

/** What a template takes: text and numbers are escaped, markup stays, lists are joined, undefined is nothing. */
export type HtmlValue = string | number | SafeHtml | readonly HtmlValue[] | undefined;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function render(value: HtmlValue): string {
  if (value === undefined) return "";
  if (value instanceof SafeHtml) return value.toString();
  if (Array.isArray(value)) return value.map(render).join("");
  return String(value).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

/** Tagged template for HTML: every value put in is escaped, in text and in quoted attributes. */
export function html(strings: TemplateStringsArray, ...values: HtmlValue[]): SafeHtml {
  return SafeHtml.template(strings, values);
}
