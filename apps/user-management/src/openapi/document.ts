import { version } from "@express-on-ecs/kit/version";
import { type OperationObject, operations } from "./operations";
import { schemas } from "./schemas";

/** A path of Express in the words of OpenAPI: `/user/:username` → `/user/{username}`. */
function templateOf(path: string): string {
  return path.replace(/:([A-Za-z]+)/g, "{$1}");
}

/** The OpenAPI 3.1 document of this service, made from what checks its requests. */
export function openApiDocument() {
  const paths: Record<string, Record<string, OperationObject>> = {};
  for (const [path, methods] of Object.entries(operations)) {
    const byMethod = Object.entries<OperationObject>(methods).map(([method, operation]) => [
      method.toLowerCase(),
      operation,
    ]);
    paths[templateOf(path)] = Object.fromEntries(byMethod);
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "User management",
      version,
      description:
        "Users of Stack Simplify. Errors are problem details (RFC 9457). A HEAD is answered as a GET is, without the body; " +
        "a method that a path does not have is answered 405 with Allow.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    paths,
    components: { schemas },
  };
}
