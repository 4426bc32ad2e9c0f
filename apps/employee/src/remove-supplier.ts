import { html, type SafeHtml } from "@express-on-ecs/kit/html";
import { Problem } from "@express-on-ecs/kit/problem";
import { sitePage } from "@express-on-ecs/suppliers-kit/layout";
import { type Supplier, supplierFields } from "@express-on-ecs/suppliers-kit/supplier";
import type { Request, RequestHandler, Response } from "express";
import { type Desk, idOf, linkTo, sendPage, versionOf } from "./desk";
import { paths, site } from "./site";
import { findSupplier, removeSupplier } from "./supplier-store";

const CHANGED = html`<div class="note bad" role="alert"><h2>Somebody else has changed this supplier meanwhile</h2>
<p>It was not removed. Have a look at what is saved now.</p></div>`;

/** The page that asks whether to remove a supplier, and what becomes of the answer. */
export function removingSuppliers({ database, csrf, flash }: Desk): Record<"show" | "send", RequestHandler> {
  async function find(request: Request): Promise<Supplier> {
    const supplier = await findSupplier(database, idOf(request));
    if (!supplier) throw new Problem(404);
    return supplier;
  }

  function ask(request: Request, response: Response, status: number, supplier: Supplier, notice?: SafeHtml): void {
    const content = html`<h1>Remove this supplier?</h1>${notice}
<form class="card narrow" method="post" action="${paths.remove(supplier.id)}">
${csrf.field(request, response)}<input type="hidden" name="version" value="${supplier.version}">
<dl>${supplierFields.map(({ name, label }) => html`<dt>${label}</dt><dd>${supplier[name]}</dd>`)}</dl>
<p>This can't be undone.</p>
<div class="actions"><button class="button danger">Remove supplier</button>${linkTo(paths.update(supplier.id), "Keep it")}</div>
</form>`;
    sendPage(response, status, sitePage(site, { title: "Remove a supplier", content }));
  }

  return {
    show: async (request, response) => ask(request, response, 200, await find(request)),
    send: async (request, response) => {
      const version = versionOf(request);
      const supplier = await find(request);
      if (await removeSupplier(database, { id: supplier.id, version })) {
        flash.leave(request, response, "removed", supplier.name);
        response.redirect(303, paths.list);
        return;
      }
      ask(request, response, 409, await find(request), CHANGED);
    },
  };
}
