import type { Statements } from "@express-on-ecs/kit/mysql";
import { routerFor } from "@express-on-ecs/kit/router";
import type { ServiceParts } from "@express-on-ecs/kit/service";
import { errorPage } from "@express-on-ecs/suppliers-kit/error-page";
import { homePage } from "@express-on-ecs/suppliers-kit/home-page";
import { listPage } from "@express-on-ecs/suppliers-kit/list-page";
import { listQuery } from "@express-on-ecs/suppliers-kit/list-request";
import { listSuppliers } from "@express-on-ecs/suppliers-kit/supplier-list";
import type { RequestHandler } from "express";
import { publicRoutes } from "./routes";
import { site } from "./site";

const LIST = "/suppliers";

type Path = (typeof publicRoutes)[number]["path"];

/** The service without its pool: reads suppliers, and writes nothing. */
export function customerService(database: Pick<Statements, "read">): ServiceParts {
  const home = homePage(site, LIST);
  const handlers: Readonly<Record<Path, RequestHandler>> = {
    "/": (_request, response) => {
      response.setHeader("Cache-Control", "no-cache").send(home);
    },
    "/suppliers": async (request, response) => {
      const query = listQuery(request);
      const page = await listSuppliers(database, query);
      response.setHeader("Cache-Control", "no-cache");
      response.send(listPage(site, { path: LIST, page, search: query.search }));
    },
    "/assets/:file": site.assets.handler,
  };
  return { router: routerFor(publicRoutes, ({ path }) => handlers[path]), site: { errorPage: errorPage(site) } };
}
