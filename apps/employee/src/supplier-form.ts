import { html, type SafeHtml } from "@express-on-ecs/kit/html";
import { type SupplierField, type SupplierFields, supplierFields } from "@express-on-ecs/suppliers-kit/supplier";
import type { FieldErrors } from "./supplier-schema";

/** A form with a supplier's fields. */
export interface SupplierForm {
  /** Where it is sent to. */
  readonly action: string;
  /** The hidden field against forged forms. */
  readonly csrf: SafeHtml;
  /** The version that was read, for a supplier that there is. */
  readonly version?: number;
  readonly values: SupplierFields;
  /** @default - nothing is wrong */
  readonly errors?: FieldErrors;
  /** What is wrong with the supplier as a whole. @default - nothing */
  readonly error?: string;
  /** The word on the button. */
  readonly submit: string;
  /** Beside the button. */
  readonly links: SafeHtml;
}

const TYPES: Readonly<Partial<Record<SupplierField["name"], string>>> = { email: "email", phone: "tel" };

const HINTS: Readonly<Partial<Record<SupplierField["name"], string>>> = {
  phone: "10 digits, with a country code before them where it is needed",
};

function field({ name, label, maximum }: SupplierField, value: string, error: string | undefined): SafeHtml {
  const hint = HINTS[name];
  const described = [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(" ");
  const invalid = error ? html` aria-invalid="true"` : undefined;
  const describedBy = described ? html` aria-describedby="${described}"` : undefined;
  return html`<div class="field">
<label for="${name}">${label}</label>
${hint && html`<p class="hint" id="${name}-hint">${hint}</p>`}
${error && html`<p class="error" id="${name}-error">${error}</p>`}
<input id="${name}" name="${name}" type="${TYPES[name] ?? "text"}" value="${value}" maxlength="${maximum}" required autocomplete="off"${invalid}${describedBy}>
</div>`;
}

/** All that is wrong at the top of the page, each with the way to its field. */
export function errorSummary({ errors = {}, error }: Pick<SupplierForm, "errors" | "error">): SafeHtml | undefined {
  const items = supplierFields.flatMap(({ name }) => {
    const message = errors[name];
    return message ? [html`<li><a href="#${name}">${message}</a></li>`] : [];
  });
  if (error !== undefined) items.unshift(html`<li><a href="#name">${error}</a></li>`);
  if (items.length === 0) return undefined;
  return html`<div class="note bad" role="alert"><h2>There is a problem</h2><ul>${items}</ul></div>`;
}

/** The form. The browser's own checks are off: it would stop at the first fault, in words of its own. */
export function supplierForm({ action, csrf, version, values, errors = {}, submit, links }: SupplierForm): SafeHtml {
  const hidden = version === undefined ? undefined : html`<input type="hidden" name="version" value="${version}">`;
  return html`<form class="card" method="post" action="${action}" novalidate>
${csrf}${hidden}
<p class="quiet">All fields are required</p>
<div class="fields">${supplierFields.map((one) => field(one, values[one.name], errors[one.name]))}</div>
<div class="actions"><button class="button">${submit}</button>${links}</div>
</form>`;
}
