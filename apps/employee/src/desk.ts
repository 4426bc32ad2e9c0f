import type { CsrfProtection } from "@express-on-ecs/kit/csrf";
import type { Flash } from "@express-on-ecs/kit/flash";
import { formFields } from "@express-on-ecs/kit/form";
import { html, type SafeHtml } from "@express-on-ecs/kit/html";
import type { Statements } from "@express-on-ecs/kit/mysql";
import { StatementRefused } from "@express-on-ecs/kit/mysql-fault";
import { Problem } from "@express-on-ecs/kit/problem";
import { type SupplierFields, supplierFields } from "@express-on-ecs/suppliers-kit/supplier";
import type { Request, Response } from "express";
import { trimmed, wholeNumber } from "./supplier-schema";

/** What the next page may say that was done. */
export const flashKinds = ["added", "saved", "removed"] as const;

/** What the pages of the administrators work with. */
export interface Desk {
  readonly database: Statements;
  readonly csrf: CsrfProtection;
  readonly flash: Flash<(typeof flashKinds)[number]>;
}

/** The id in the path. @throws Problem (404) */
export function idOf(request: Request): number {
  const id = wholeNumber(String(request.params.id));
  if (id === undefined) throw new Problem(404);
  return id;
}

/** The supplier of a form: its fields and nothing else that was sent. @throws Problem */
export function supplierOf(request: Request): SupplierFields {
  const names = supplierFields.map(({ name }) => name);
  return trimmed(formFields(request, names));
}

/** The version that the form was made from. @throws Problem (400) */
export function versionOf(request: Request): number {
  const version = wholeNumber(formFields(request, ["version"]).version);
  if (version === undefined) throw new Problem(400, "This form is not complete. Open the page again, please.");
  return version;
}

/** Sends a page that is nobody else's and of this moment: it has a token, and what was typed. */
export function sendPage(response: Response, status: number, markup: string): void {
  response.status(status).setHeader("Cache-Control", "no-store").send(markup);
}

/** What a fault of writing is to the one who wrote. */
export interface Refusal {
  readonly status: 409 | 422;
  readonly error: string;
}

/** A refusal of the database in words; any other fault is thrown on. */
export function refusalOf(fault: unknown): Refusal {
  if (!(fault instanceof StatementRefused) || fault.kind === undefined) throw fault;
  if (fault.kind === "duplicate") {
    return { status: 409, error: "There is a supplier with this name, address, city and state already" };
  }
  return { status: 422, error: "There are characters in these fields that can't be stored" };
}

/** A link back to the list. */
export function linkTo(path: string, label: string): SafeHtml {
  return html`<a class="button plain" href="${path}">${label}</a>`;
}
