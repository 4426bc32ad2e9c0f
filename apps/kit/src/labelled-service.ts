import { createHash } from "node:crypto";
import type { Router } from "express";
import * as z from "zod";
import { type TaskEnvironment, variable } from "./environment";
import type { LabelledRoute } from "./labelled-routes";
import { facts, page } from "./page";
import { routerFor } from "./router";
import { version } from "./version";

const LABEL = /^[^\p{Cc}]{1,64}$/u;

/** The variable of one label. Another route's name is refused: that is what swapped labels look like. */
function label(route: LabelledRoute, routes: readonly LabelledRoute[]) {
  const others = routes.filter((other) => other !== route).map((other) => other.name);
  const schema = z
    .string()
    .trim()
    .regex(LABEL)
    .refine((value) => !others.includes(value.toLowerCase()));
  return variable(schema, {
    allowed: `the label of ${route.path}: 1 to 64 printable characters, not the name of another route (${others.join(", ")})`,
    mend: `"environment" in service.json`,
  });
}

/** The environment variables the labels of these routes come from, to extend the task environment with. */
export function labelVariables<Route extends LabelledRoute>(
  routes: readonly Route[],
): Record<Route["labelVariable"], ReturnType<typeof label>> {
  const entries = routes.map((route) => [route.labelVariable, label(route, routes)]);
  return Object.fromEntries(entries);
}

/** What a labelled route tells, as JSON or as a page. */
export interface ServiceFacts {
  /** The label, as in `Medical`. */
  readonly service: string;
  readonly launchType: TaskEnvironment["LAUNCH_TYPE"];
  readonly environment: string;
  readonly version: string;
  /** The name of the ECS service. */
  readonly application: string;
}

function servicePage(about: ServiceFacts): string {
  return page(
    about.service,
    facts([
      ["Launch type", about.launchType],
      ["Environment", about.environment],
      ["Version", about.version],
      ["Application", about.application],
    ]),
  );
}

/** Made once: Express would make one for each answer. */
function entityTag(body: string): string {
  return `"${createHash("sha256").update(body).digest("base64url")}"`;
}

/** A router that shows, at each route, its label and where the task runs. */
export function labelledRouter<Route extends LabelledRoute>(
  routes: readonly Route[],
  environment: TaskEnvironment & Readonly<Record<Route["labelVariable"], string>>,
): Router {
  const labels: Readonly<Record<Route["labelVariable"], string>> = environment;
  return routerFor(routes, (route) => {
    const labelVariable: Route["labelVariable"] = route.labelVariable;
    const about: ServiceFacts = {
      service: labels[labelVariable],
      launchType: environment.LAUNCH_TYPE,
      environment: environment.ENVIRONMENT,
      version,
      application: environment.SERVICE_NAME,
    };
    const markup = servicePage(about);
    const tags = { html: entityTag(markup), json: entityTag(JSON.stringify(about)) };
    return (_request, response) => {
      response.setHeader("Cache-Control", "no-cache");
      // The first is for clients that take anything; `format` sets `Vary: Accept`.
      response.format({
        html: () => response.setHeader("ETag", tags.html).send(markup),
        json: () => response.setHeader("ETag", tags.json).json(about),
      });
    };
  });
}
