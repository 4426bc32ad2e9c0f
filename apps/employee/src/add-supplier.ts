import { html } from "@express-on-ecs/kit/html";
import { sitePage } from "@express-on-ecs/suppliers-kit/layout";
import type { SupplierFields } from "@express-on-ecs/suppliers-kit/supplier";
import type { Request, RequestHandler, Response } from "express";
import { type Desk, linkTo, refusalOf, sendPage, supplierOf } from "./desk";
import { paths, site } from "./site";
import { errorSummary, type SupplierForm, supplierForm } from "./supplier-form";
import { faultsOf } from "./supplier-schema";
import { addSupplier } from "./supplier-store";

const EMPTY: SupplierFields = { name: "", address: "", city: "", state: "", email: "", phone: "" };

type Faults = Pick<SupplierForm, "errors" | "error">;

/** The form for a new supplier and what becomes of it. */
export function addingSuppliers({ database, csrf, flash }: Desk): Record<"show" | "send", RequestHandler> {
  function showForm(
    request: Request,
    response: Response,
    status: number,
    values: SupplierFields,
    faults: Faults,
  ): void {
    const form = supplierForm({
      action: paths.add,
      csrf: csrf.field(request, response),
      values,
      ...faults,
      submit: "Add supplier",
      links: linkTo(paths.list, "Cancel"),
    });
    const title = `${status === 200 ? "" : "Error: "}Add a supplier`;
    const content = html`<h1>Add a supplier</h1>${errorSummary(faults)}${form}`;
    sendPage(response, status, sitePage(site, { title, content }));
  }

  return {
    show: (request, response) => showForm(request, response, 200, EMPTY, {}),
    send: async (request, response) => {
      const supplier = supplierOf(request);
      const errors = faultsOf(supplier);
      if (Object.keys(errors).length > 0) return showForm(request, response, 422, supplier, { errors });
      try {
        await addSupplier(database, supplier);
      } catch (fault) {
        const { status, error } = refusalOf(fault);
        return showForm(request, response, status, supplier, { error });
      }
      flash.leave(request, response, "added", supplier.name);
      response.redirect(303, paths.list);
    },
  };
}
