import type { Docstring } from "./docstring";
import type { InterfaceThing, ModuleFile, Thing } from "./module-source";

/** What has no docstring and needs one, as `file:line name`: what is exported, its props and its methods. */
export function undocumented({ path, things }: ModuleFile): readonly string[] {
  const missing = things.flatMap((thing) => [
    ...(isDocumented(thing.doc) || goesWithout(thing, things) ? [] : [thing]),
    ...partsOf(thing),
  ]);
  return missing.map(({ name, line }) => `${path}:${line} ${name}`);
}

interface Part {
  readonly name: string;
  readonly line: number;
}

function partsOf(thing: Thing): readonly Part[] {
  const [parts, separator] =
    thing.kind === "interface"
      ? // What is within another prop is told with that one.
        [thing.fields.filter(({ name }) => !name.includes(".")), "."]
      : [thing.kind === "class" ? thing.methods : [], "#"];
  return parts
    .filter(({ doc }) => !isDocumented(doc))
    .map(({ name, line }) => ({ name: `${thing.name}${separator}${name}`, line }));
}

/** A source alone says enough of a limit. */
const isDocumented = (doc: Docstring | undefined) => doc !== undefined && (doc.text !== "" || doc.sources.length > 0);

function goesWithout(thing: Thing, things: readonly Thing[]): boolean {
  if (thing.kind === "constant") return thing.continues;
  return thing.kind === "interface" && takersOf(thing, things).length > 0;
}

/** The constructs and functions of the same file that take these props: their docstrings tell what the props are for. */
export function takersOf({ name }: InterfaceThing, things: readonly Thing[]): readonly Thing[] {
  const word = new RegExp(`\\b${name}\\b`);
  return things.filter(
    (thing) =>
      (thing.kind === "class" && thing.props === name) || (thing.kind === "function" && word.test(thing.signature)),
  );
}
