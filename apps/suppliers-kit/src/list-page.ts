import { html, type SafeHtml } from "@express-on-ecs/kit/html";
import { cursorText } from "./cursor";
import { picture, type SuppliersSite, sitePage } from "./layout";
import { SEARCH_CHARACTERS } from "./list-request";
import { type Supplier, supplierFields } from "./supplier";
import type { SupplierPage } from "./supplier-list";

/** A page of the list, and what belongs to it in one of the services. */
export interface ListPage {
  /** The path of the list. */
  readonly path: string;
  readonly page: SupplierPage;
  /** What was searched for. */
  readonly search: string | undefined;
  /** What has just been done. @default - nothing */
  readonly message?: string | undefined;
  /** What can be done with the list, beside its heading. @default - nothing */
  readonly actions?: SafeHtml;
  /** What can be done with a supplier. @default - nothing */
  readonly supplierActions?: (supplier: Supplier) => SafeHtml;
}

function searchForm({ path, search }: ListPage): SafeHtml {
  const all = search === undefined ? undefined : html`<a class="button plain" href="${path}">Show all</a>`;
  return html`<search><form class="search" action="${path}">
<div><label for="q">Name begins with, or city is</label>
<input id="q" name="q" type="search" maxlength="${SEARCH_CHARACTERS}" value="${search}" autocomplete="off"></div>
<button class="button">Search</button>${all}
</form></search>`;
}

function value(supplier: Supplier, name: keyof Supplier): SafeHtml {
  const text = supplier[name];
  if (name === "email") return html`<a href="mailto:${encodeURIComponent(text)}">${text}</a>`;
  if (name === "phone") return html`<a href="tel:${String(text).replace(/[^+\d]/g, "")}">${text}</a>`;
  return html`${text}`;
}

// With `display` changed, for a narrow screen, a browser no longer takes a table for one: the roles say it.
function row(supplier: Supplier, actions: ListPage["supplierActions"]): SafeHtml {
  const [head, ...others] = supplierFields.map(({ name, label }) => ({ label, content: value(supplier, name) }));
  return html`<tr role="row">
<th role="rowheader" scope="row">${head?.content}</th>
${others.map(({ label, content }) => html`<td role="cell" data-label="${label}"><span>${content}</span></td>`)}
${actions && html`<td role="cell">${actions(supplier)}</td>`}
</tr>`;
}

function table({ page, supplierActions }: ListPage): SafeHtml {
  const heads = supplierFields.map(({ label }) => html`<th role="columnheader" scope="col">${label}</th>`);
  const last = html`<th role="columnheader" scope="col"><span class="visually-hidden">Actions</span></th>`;
  return html`<div class="table"><table class="suppliers" role="table" aria-labelledby="heading">
<thead role="rowgroup"><tr role="row">${heads}${supplierActions && last}</tr></thead>
<tbody role="rowgroup">${page.suppliers.map((supplier) => row(supplier, supplierActions))}</tbody>
</table></div>`;
}

function empty(site: SuppliersSite, { search }: ListPage): SafeHtml {
  const text =
    search === undefined
      ? html`<h2>No suppliers yet</h2><p>Suppliers that are added are listed here.</p>`
      : html`<h2>Nothing found</h2><p>No supplier has a name that begins with “${search}”, or is in a city of that name.</p>`;
  return html`<div class="card empty">${picture(site, 72)}${text}</div>`;
}

function pageLink({ path, search }: ListPage, at: string, supplier: Supplier | undefined, label: string, rel: string) {
  if (!supplier) return undefined;
  const query = new URLSearchParams({ ...(search !== undefined && { q: search }), [at]: cursorText(supplier) });
  return html`<a class="button plain" rel="${rel}" href="${path}?${query.toString()}">${label}</a>`;
}

function pageLinks(list: ListPage): SafeHtml | undefined {
  const { suppliers, hasPrevious, hasNext } = list.page;
  if (!hasPrevious && !hasNext) return undefined;
  const previous = hasPrevious ? pageLink(list, "before", suppliers[0], "Previous page", "prev") : undefined;
  const next = hasNext ? pageLink(list, "after", suppliers.at(-1), "Next page", "next") : undefined;
  return html`<nav class="pages" aria-label="Pages"><span>${previous}</span><span>${next}</span></nav>`;
}

/** The page that lists suppliers. */
export function listPage(site: SuppliersSite, list: ListPage): string {
  const title = list.search === undefined ? "All suppliers" : `Suppliers: ${list.search}`;
  return sitePage(site, {
    title,
    current: list.path,
    message: list.message,
    content: html`<div class="title"><h1 id="heading">All suppliers</h1>${list.actions}</div>
${searchForm(list)}
${list.page.suppliers.length > 0 ? table(list) : empty(site, list)}
${pageLinks(list)}`,
  });
}
