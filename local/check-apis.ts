import { type Check, check, readJson } from "./check";
import type { ViewRoute } from "./cloud/view";
import type { ServedApi } from "./gateway/gateways";

/**
 * Asks every route of an API without a token, which the API itself has to refuse: no request may reach a service. An answer
 * of a service is none of the API's, whatever its status.
 */
export function checkApi({ url, api }: Pick<ServedApi, "url" | "api">): Promise<readonly Check[]> {
  const checks = api.routes.map(({ method, path }) =>
    check({
      method: method === "ANY" ? "GET" : method,
      url: url + somePath(path),
      expected: `401 from ${api.name}: no token`,
      isRight: ({ status, body }) => status === 401 && readJson(body)?.message === "Unauthorized",
    }),
  );
  return Promise.all(checks);
}

/** A path that a route takes: something for each of its parameters. */
function somePath(path: ViewRoute["path"]): string {
  return path === "$default" ? "/" : path.replaceAll(/\{([^}+]+)\+?\}/g, "$1");
}
