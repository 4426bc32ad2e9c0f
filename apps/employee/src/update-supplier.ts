import { html, type SafeHtml } from "@express-on-ecs/kit/html";
import { Problem } from "@express-on-ecs/kit/problem";
import { sitePage } from "@express-on-ecs/suppliers-kit/layout";
import { type Supplier, type SupplierFields, supplierFields } from "@express-on-ecs/suppliers-kit/supplier";
import type { Request, RequestHandler, Response } from "express";
import { type Desk, idOf, linkTo, refusalOf, sendPage, supplierOf, versionOf } from "./desk";
import { paths, site } from "./site";
import { errorSummary, type SupplierForm, supplierForm } from "./supplier-form";
import { faultsOf } from "./supplier-schema";
import { findSupplier, updateSupplier } from "./supplier-store";

/** Both versions of what differs, side by side. */
function differences(theirs: SupplierFields, yours: SupplierFields): SafeHtml {
  const rows = supplierFields
    .filter(({ name }) => theirs[name] !== yours[name])
    .map(
      ({ name, label }) => html`<tr><th scope="row">${label}</th><td>${theirs[name]}</td><td>${yours[name]}</td></tr>`,
    );
  if (rows.length === 0) return html`<p>Both of you have entered the same.</p>`;
  return html`<div class="table differences"><table>
<thead><tr><th scope="col">Field</th><th scope="col">Saved now</th><th scope="col">Yours</th></tr></thead>
<tbody>${rows}</tbody>
</table></div>`;
}

function conflict(theirs: Supplier, yours: SupplierFields): SafeHtml {
  return html`<div class="note bad" role="alert"><h2>Somebody else has changed this supplier meanwhile</h2>
<p>Nothing of yours is lost: it is in the form below, and not saved. Saving it again replaces what is saved now.</p></div>
<h2>What is different</h2>${differences(theirs, yours)}`;
}

const GONE = html`<div class="note bad" role="alert"><h2>This supplier is no longer there</h2>
<p>Somebody may have removed it meanwhile. What you entered is in the form below: you can add it again.</p></div>`;

/** What a page of the form has besides the supplier's values. */
interface FormPage extends Pick<SupplierForm, "errors" | "error"> {
  readonly status: number;
  readonly version: number;
  readonly notice?: SafeHtml;
}

/** The form for a supplier that there is and what becomes of it. */
export function updatingSuppliers({ database, csrf, flash }: Desk): Record<"show" | "send", RequestHandler> {
  function send(response: Response, status: number, content: SafeHtml): void {
    const title = `${status === 200 ? "" : "Error: "}Edit a supplier`;
    sendPage(response, status, sitePage(site, { title, content: html`<h1>Edit a supplier</h1>${content}` }));
  }

  function showForm(request: Request, response: Response, values: SupplierFields, about: FormPage): void {
    const { status, version, notice, ...faults } = about;
    const id = idOf(request);
    const form = supplierForm({
      action: paths.update(id),
      csrf: csrf.field(request, response),
      version,
      values,
      ...faults,
      submit: "Save changes",
      links: html`${linkTo(paths.list, "Cancel")}<a href="${paths.remove(id)}">Remove this supplier</a>`,
    });
    send(response, status, html`${notice}${errorSummary(faults)}${form}`);
  }

  function showGone(request: Request, response: Response, values: SupplierFields): void {
    const form = supplierForm({
      action: paths.add,
      csrf: csrf.field(request, response),
      values,
      submit: "Add supplier",
      links: linkTo(paths.list, "Cancel"),
    });
    send(response, 404, html`${GONE}${form}`);
  }

  async function save(request: Request, response: Response, yours: SupplierFields, version: number): Promise<void> {
    const id = idOf(request);
    if (await updateSupplier(database, { id, version }, yours)) {
      flash.leave(request, response, "saved", yours.name);
      response.redirect(303, paths.list);
      return;
    }
    const theirs = await findSupplier(database, id);
    if (!theirs) return showGone(request, response, yours);
    showForm(request, response, yours, { status: 409, version: theirs.version, notice: conflict(theirs, yours) });
  }

  return {
    show: async (request, response) => {
      const supplier = await findSupplier(database, idOf(request));
      if (!supplier) throw new Problem(404);
      showForm(request, response, supplier, { status: 200, version: supplier.version });
    },
    send: async (request, response) => {
      idOf(request);
      const yours = supplierOf(request);
      const version = versionOf(request);
      const errors = faultsOf(yours);
      if (Object.keys(errors).length > 0) return showForm(request, response, yours, { status: 422, version, errors });
      try {
        await save(request, response, yours, version);
      } catch (fault) {
        showForm(request, response, yours, { version, ...refusalOf(fault) });
      }
    },
  };
}
