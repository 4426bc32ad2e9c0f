/** Paths as API Gateway writes them: `/finance/{id}`, where `{id}` stands for one part, `/files/{path+}` for one part or more. */

/** One part of such a path. */
export type ApiPathPart =
  | { readonly kind: "text"; readonly text: string }
  /** `{name}`: any one part. */
  | { readonly kind: "one"; readonly name: string }
  /** `{name+}`: all that is left, at least one part. It is the last part. */
  | { readonly kind: "rest"; readonly name: string };

/**
 * The characters are those that an HTTP API and a REST API take, both.
 *
 * Source: "Develop REST APIs in API Gateway" (resources: letters, digits, `_`, `-`, `.`); "Create routes for HTTP APIs".
 */
const PART = /^(?:(?<text>[A-Za-z0-9._-]+)|\{(?<name>[A-Za-z][A-Za-z0-9_]*)(?<rest>\+)?\})$/;

/** The parts of a path, none for `/`; undefined for what is no path of an API. */
export function parseApiPath(path: string): readonly ApiPathPart[] | undefined {
  if (path === "/") return [];
  if (!path.startsWith("/")) return undefined;
  const parts = path.slice(1).split("/").map(parsePart);
  const known = parts.filter((part) => part !== undefined);
  const early = known.slice(0, -1).some(({ kind }) => kind === "rest");
  const names = known.flatMap((part) => (part.kind === "text" ? [] : [part.name]));
  return known.length < parts.length || early || new Set(names).size < names.length ? undefined : known;
}

function parsePart(part: string): ApiPathPart | undefined {
  const { text, name, rest } = PART.exec(part)?.groups ?? {};
  if (text !== undefined) return { kind: "text", text };
  if (name === undefined) return undefined;
  return { kind: rest === undefined ? "one" : "rest", name };
}

/**
 * Whether there are requests for both paths, and neither is the more exact one: the requests of neither are all the other's,
 * and more. `/a/{x}` beside `/a/b` is clear, for `/a/b` is more exact; beside `/a/{y}` and `/{z}/b` it is not.
 */
export function areAmbiguous(first: readonly ApiPathPart[], second: readonly ApiPathPart[]): boolean {
  return meet(first, second) && covers(first, second) === covers(second, first);
}

/** Whether a request can be for both paths. */
function meet(first: readonly ApiPathPart[], second: readonly ApiPathPart[]): boolean {
  return sizesMeet(first, second) && pairs(first, second).every(([left, right]) => partsMeet(left, right));
}

function sizesMeet(first: readonly ApiPathPart[], second: readonly ApiPathPart[]): boolean {
  return (
    first.length === second.length ||
    (first.length < second.length && isOpen(first)) ||
    (second.length < first.length && isOpen(second))
  );
}

/** Whether every request for the second path is one for the first, too. */
function covers(first: readonly ApiPathPart[], second: readonly ApiPathPart[]): boolean {
  const sizes = isOpen(first) ? first.length <= second.length : first.length === second.length && !isOpen(second);
  return sizes && pairs(first, second).every(([left, right]) => left.kind !== "text" || isSame(left, right));
}

/** The parts that stand in the same place, up to where one of the two takes all that is left. */
function pairs(first: readonly ApiPathPart[], second: readonly ApiPathPart[]) {
  return first.flatMap((left, index) => {
    const right = second[index];
    return right ? [[left, right] as const] : [];
  });
}

const isOpen = (parts: readonly ApiPathPart[]) => parts.at(-1)?.kind === "rest";

const partsMeet = (left: ApiPathPart, right: ApiPathPart) =>
  left.kind !== "text" || right.kind !== "text" || isSame(left, right);

const isSame = (left: Extract<ApiPathPart, { kind: "text" }>, right: ApiPathPart) =>
  right.kind === "text" && right.text === left.text;

/** Whether a path is one of a service's public paths, or lies below one: `/finance/{id}` below `/finance`. */
export function liesBelow(parts: readonly ApiPathPart[], publicPath: string): boolean {
  const above = publicPath.split("/").filter(Boolean);
  return above.every((text, index) => {
    const part = parts[index];
    return part?.kind === "text" && part.text === text;
  });
}
