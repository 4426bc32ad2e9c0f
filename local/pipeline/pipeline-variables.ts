import { Failure } from "../../tools/failure";

/** Values of variables by their names, by namespace. */
export type Namespaces = ReadonlyMap<string, Readonly<Record<string, string>>>;

/**
 * Puts the values of a pipeline's variables into the configuration of an action: `#{NAMESPACE.NAME}`.
 *
 * @see AWS CodePipeline User Guide, "Variables reference"
 * @throws Failure that names a variable which no action before has made
 */
export function resolveVariables(
  configuration: Readonly<Record<string, string>>,
  namespaces: Namespaces,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(configuration).map(([name, text]) => [name, resolveText(text, namespaces)]));
}

function resolveText(text: string, namespaces: Namespaces): string {
  return text.replaceAll(/#\{([^{}.]+)\.([^{}]+)\}/g, (reference, namespace: string, name: string) => {
    const values = namespaces.get(namespace);
    const value = values && Object.hasOwn(values, name) ? values[name] : undefined;
    if (value !== undefined) return value;
    const known = [...namespaces].flatMap(([space, all]) => Object.keys(all).map((one) => `#{${space}.${one}}`));
    throw new Failure(`there is no variable ${reference}; until here there are: ${known.join(", ") || "none"}`);
  });
}
