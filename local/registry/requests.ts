import { REPOSITORY_NAME } from "../../modules/aws/forms";
import { Refusal } from "./refusal";

/** What a request is about. */
export type Action = "base" | "start upload" | "upload" | "blob" | "manifest" | "tags";

interface Form {
  readonly action: Action;
  /** Repository, and the upload, digest or reference. */
  readonly pattern: RegExp;
  readonly methods: readonly string[];
}

/** Source: OCI Distribution Specification, "Endpoints"; without deletion, which ECR leaves to its own API. */
const FORMS: readonly Form[] = [
  { action: "base", pattern: /^\/v2\/?$/, methods: ["GET", "HEAD"] },
  { action: "start upload", pattern: /^\/v2\/(.+)\/blobs\/uploads\/?$/, methods: ["POST"] },
  { action: "upload", pattern: /^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/, methods: ["GET", "PATCH", "PUT", "DELETE"] },
  { action: "blob", pattern: /^\/v2\/(.+)\/blobs\/([^/]+)$/, methods: ["GET", "HEAD"] },
  { action: "manifest", pattern: /^\/v2\/(.+)\/manifests\/([^/]+)$/, methods: ["GET", "HEAD", "PUT"] },
  { action: "tags", pattern: /^\/v2\/(.+)\/tags\/list$/, methods: ["GET"] },
];

export interface RegistryRequest {
  readonly action: Action;
  readonly method: string;
  readonly repository: string;
  /** Upload, digest or reference; empty where there is none. */
  readonly subject: string;
  readonly query: URLSearchParams;
}

/** @throws Refusal of what is no request of the registry's API, or names no repository that can be */
export function readRequest(method: string, target: string): RegistryRequest {
  const { pathname, searchParams: query } = new URL(target, "http://registry");
  const path = pathname.replaceAll(/%3a/gi, ":");
  const form = FORMS.find(({ pattern }) => pattern.test(path));
  if (!form) throw new Refusal("NAME_UNKNOWN", `this registry serves nothing at ${pathname}`);
  const { action, pattern, methods } = form;
  if (!methods.includes(method)) {
    throw new Refusal("UNSUPPORTED", `${method} ${pathname} is not supported; there ${methods.join(", ")} are`, null, {
      allow: methods.join(", "),
    });
  }
  const [, repository = "", subject = ""] = pattern.exec(path) ?? [];
  if (action !== "base" && !REPOSITORY_NAME.fits(repository)) {
    throw new Refusal("NAME_INVALID", `the repository is "${repository}"; allowed: ${REPOSITORY_NAME.allowed}`);
  }
  return { action, method, repository, subject, query };
}
