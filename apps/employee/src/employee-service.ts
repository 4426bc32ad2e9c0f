import { csrfProtection } from "@express-on-ecs/kit/csrf";
import { Flash } from "@express-on-ecs/kit/flash";
import { html } from "@express-on-ecs/kit/html";
import type { Statements } from "@express-on-ecs/kit/mysql";
import { routerFor } from "@express-on-ecs/kit/router";
import type { Method } from "@express-on-ecs/kit/routes";
import type { ServiceParts } from "@express-on-ecs/kit/service";
import { errorPage } from "@express-on-ecs/suppliers-kit/error-page";
import { homePage } from "@express-on-ecs/suppliers-kit/home-page";
import { listPage } from "@express-on-ecs/suppliers-kit/list-page";
import { listQuery } from "@express-on-ecs/suppliers-kit/list-request";
import type { Supplier } from "@express-on-ecs/suppliers-kit/supplier";
import { listSuppliers } from "@express-on-ecs/suppliers-kit/supplier-list";
import { type RequestHandler, Router } from "express";
import { addingSuppliers } from "./add-supplier";
import { type Desk, flashKinds, sendPage } from "./desk";
import { removingSuppliers } from "./remove-supplier";
import { publicRoutes } from "./routes";
import { paths, site } from "./site";
import { updatingSuppliers } from "./update-supplier";

const addButton = html`<a class="button" href="${paths.add}">Add a supplier</a>`;

function editButton({ id, name }: Supplier) {
  return html`<a class="button plain small" href="${paths.update(id)}">Edit <span class="visually-hidden">${name}</span></a>`;
}

function listing({ database, flash }: Desk): RequestHandler {
  return async (request, response) => {
    const query = listQuery(request);
    const page = await listSuppliers(database, query);
    const done = flash.take(request, response);
    const message = done && `${done.subject} was ${done.kind}.`;
    const list = {
      path: paths.list,
      page,
      search: query.search,
      message,
      actions: addButton,
      supplierActions: editButton,
    };
    sendPage(response, 200, listPage(site, list));
  };
}

type Path = (typeof publicRoutes)[number]["path"];

/** The handlers of a path: of the page, and of the form on it. */
interface Handlers {
  readonly show: RequestHandler;
  readonly send?: RequestHandler;
}

/** The service without its pool. @param csrfSecret signs tokens and messages */
export function employeeService(database: Statements, csrfSecret: string): ServiceParts {
  const csrf = csrfProtection(csrfSecret);
  const desk: Desk = { database, csrf, flash: new Flash(csrfSecret, paths.home, flashKinds) };
  const home = homePage(site, paths.list);
  const handlers: Readonly<Record<Path, Handlers>> = {
    "/admin": { show: (_request, response) => sendPage(response, 200, home) },
    "/admin/suppliers": { show: listing(desk) },
    "/admin/supplier-add": addingSuppliers(desk),
    "/admin/supplier-update/:id": updatingSuppliers(desk),
    "/admin/supplier-remove/:id": removingSuppliers(desk),
    "/admin/assets/:file": { show: site.assets.handler },
  };
  const handlerFor = (path: Path, method: Method) => {
    const { show, send = show } = handlers[path];
    return method === "GET" ? show : send;
  };
  const router = Router();
  router.use(
    ...csrf.middleware,
    routerFor(publicRoutes, ({ path }, method) => handlerFor(path, method)),
  );
  return { router, site: { errorPage: errorPage(site) } };
}
