import type { PublicRoute } from "./routes";

/** A route that shows a label which the task gets as an environment variable. */
export interface LabelledRoute<Name extends string = string> extends PublicRoute {
  readonly name: Name;
  readonly path: `/${Name}`;
  readonly labelVariable: `${Uppercase<Name>}_SERVICE`;
}

/**
 * Derives path and variable from one word, so that no path can be joined with another's label:
 * `medical` has `/medical` and `MEDICAL_SERVICE`.
 *
 * @param name lower-case letters
 */
export function labelledRoute<const Name extends string>(name: Name): LabelledRoute<Name> {
  const upperCase = name.toUpperCase() as Uppercase<Name>;
  return { name, path: `/${name}`, methods: ["GET"], labelVariable: `${upperCase}_SERVICE` };
}
