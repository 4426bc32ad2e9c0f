import type { Apigatewayv2ApiCorsConfiguration } from "@cdktf/provider-aws/lib/apigatewayv2-api";
import { CORS_ORIGIN, HEADER_NAME } from "../aws/api-forms";
import { CORS_MAX_AGE_SECONDS } from "../aws/limits";
import type { PropCheck } from "../prop-check";
import type { ApiRoute } from "./route";

/** Whose pages may call an HTTP API from a browser. */
export interface Cors {
  /** Schemes and hosts, such as `https://app.example.com`, or `*` for any. At least one. */
  readonly origins: readonly string[];
  /** Headers that a page may send. @default ["authorization", "content-type"] */
  readonly allowHeaders?: readonly string[];
  /** Headers of an answer that a page may read, beside those that it always may. @default [] */
  readonly exposeHeaders?: readonly string[];
  /** Seconds for which a browser need not ask again: 0 to 86400. @default 3600 */
  readonly maxAgeSeconds?: number;
  /**
   * Whether browsers send cookies along. Tokens need none; with `*` it is refused.
   * @default false
   */
  readonly allowCredentials?: boolean;
}

/** Refuses what API Gateway or browsers refuse. */
export function checkCors(check: PropCheck, cors: Cors | undefined): void {
  if (!cors) return;
  check.atLeast("cors.origins", cors.origins, 1, "one origin or more");
  check.texts("cors.origins", cors.origins, CORS_ORIGIN);
  check.texts("cors.allowHeaders", cors.allowHeaders, HEADER_NAME);
  check.texts("cors.exposeHeaders", cors.exposeHeaders, HEADER_NAME);
  check.wholeNumber("cors.maxAgeSeconds", cors.maxAgeSeconds, CORS_MAX_AGE_SECONDS);
  if (!cors.allowCredentials) return;
  const wildcard = (["origins", "allowHeaders", "exposeHeaders"] as const).find((field) => cors[field]?.includes("*"));
  if (wildcard !== undefined) {
    throw check.error(
      `cors.${wildcard}`,
      'is "*" with "cors.allowCredentials"',
      "each by its name, for browsers take no wildcard with credentials",
    );
  }
}

/** The answers to preflight requests. Methods are those of the routes. */
export function corsConfiguration(cors: Cors, routes: readonly ApiRoute[]): Apigatewayv2ApiCorsConfiguration {
  const { allowHeaders = ["authorization", "content-type"], exposeHeaders = [], maxAgeSeconds = 3600 } = cors;
  return {
    allowOrigins: [...cors.origins],
    allowMethods: [...new Set(routes.map(({ method }) => method))].sort(),
    allowHeaders: [...allowHeaders],
    ...(exposeHeaders.length > 0 && { exposeHeaders: [...exposeHeaders] }),
    maxAge: maxAgeSeconds,
    allowCredentials: cors.allowCredentials ?? false,
  };
}
