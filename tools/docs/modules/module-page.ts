import { anchorOf, code, codes, fenced, GENERATED, joined, page, table } from "../markdown";
import { type Docstring, oneLine } from "./docstring";
import type { Callable, ClassThing, Field, InterfaceThing, ModuleFile, Thing, ValueThing } from "./module-source";
import type { Module } from "./read-modules";
import { takersOf } from "./undocumented";

/** Every module, for what one module's page says of others. */
export interface AllModules {
  readonly modules: readonly Module[];
  readonly purposes: ReadonlyMap<string, string>;
}

/** The page of a module: what it exports, and what that makes. */
export function modulePage(module: Module, all: AllModules): string {
  const usedBy = all.modules.filter(({ files }) => files.some(({ uses }) => uses.includes(module.name)));
  const uses = new Set(module.files.flatMap((file) => file.uses));
  return page(
    GENERATED,
    `# ${module.name}`,
    all.purposes.get(module.name) ?? "",
    joined(
      modulesLine("It uses", [...uses].sort()),
      modulesLine(
        "It is used by",
        usedBy.map(({ name }) => name),
      ),
    ),
    makesTable(module),
    ...module.files.flatMap((file) => fileParts(file, module, all)),
  );
}

/** The page that leads to those of all modules. */
export function modulesIndex({ modules, purposes }: AllModules): string {
  const rows = modules.map(({ name, files }) => [
    `[${name}](${name}.md)`,
    purposes.get(name) ?? "",
    codes(files.flatMap(({ things }) => things.flatMap((thing) => (isConstruct(thing) ? [thing.name] : [])))),
  ]);
  return page(
    GENERATED,
    "# Modules",
    "A page for each folder of `modules/`, made of its docstrings. A module knows no environment, no system and no application: " +
      "it takes what it needs as props, and refuses what AWS would refuse, with the construct's path, the field, what was given " +
      "and what is allowed (`modules/prop-check.ts`).",
    table(["module", "for", "constructs"], rows),
  );
}

const isConstruct = (thing: Thing): thing is ClassThing => thing.kind === "class" && thing.props !== undefined;

const modulesLine = (beginning: string, names: readonly string[]) =>
  names.length === 0 ? "" : `${beginning} ${names.map((name) => `[${name}](${name}.md)`).join(", ")}.`;

function makesTable({ files }: Module): string {
  const rows = files
    .filter(({ makes }) => makes.length > 0)
    .map(({ path, makes, things }) => {
      const constructs = things.filter(({ kind }) => kind === "class").map(({ name }) => name);
      return [code(path), codes(constructs), codes(makes)];
    });
  return table(["file", "constructs", "makes (Terraform)"], rows);
}

/** The parts of a file's page, in the file's order; constants together at the end. */
function fileParts({ path, things }: ModuleFile, module: Module, all: AllModules): readonly string[] {
  const constants = things.filter((thing): thing is ValueThing => thing.kind === "constant");
  const others = things.filter((thing) => thing.kind !== "constant" && !isPropsOfOthers(thing, things));
  return [
    ...others.map((thing) => thingPart(thing, path, { inFile: things, module, all })),
    constantsPart(path, constants),
  ];
}

/** Props are shown with the first of those that take them. */
const isPropsOfOthers = (thing: Thing, things: readonly Thing[]): thing is InterfaceThing =>
  thing.kind === "interface" && thing.doc === undefined && takersOf(thing, things).length > 0;

interface Around {
  readonly inFile: readonly Thing[];
  readonly module: Module;
  readonly all: AllModules;
}

function thingPart(thing: Exclude<Thing, { kind: "constant" }>, path: string, around: Around): string {
  const heading = `## ${thing.name}`;
  const origin = `${kindOf(thing)} of [${code(path)}](../../${path})`;
  return joined(heading, origin, thing.doc?.text ?? "", bodyOf(thing, around), endOf(thing.doc));
}

function kindOf(thing: Thing): string {
  if (thing.kind === "class") return isConstruct(thing) ? "Construct" : "Class";
  return { interface: "Interface", function: "Function", type: "Type", constant: "Constant" }[thing.kind];
}

function bodyOf(thing: Thing, around: Around): string {
  if (thing.kind === "interface") return fieldsPart(thing, around);
  if (thing.kind === "class") return classBody(thing, around);
  if (thing.kind === "function") return functionBody(thing, around);
  return fenced("ts", thing.declaration);
}

function classBody({ name, props, properties, methods }: ClassThing, around: Around): string {
  const inModule = around.module.files.flatMap(({ things }) => things);
  const type = inModule.find((one) => one.kind === "interface" && one.name === props);
  return joined(
    type?.kind === "interface" ? joined(`### Props of ${name}`, fieldsPart(type, around)) : propsElsewhere(props),
    properties.length === 0 ? "" : joined(`### What ${name} gives`, propertiesTable(properties)),
    ...methods.map((method) => methodPart(name, method)),
  );
}

const propsElsewhere = (props: string | undefined) => (props === undefined ? "" : `Props: ${code(props)}.`);

function methodPart(owner: string, { name, signature, doc }: Callable): string {
  return joined(
    `### ${owner}#${name}`,
    fenced("ts", `${name}${signature}`),
    doc?.text ?? "",
    parametersPart(doc),
    endOf(doc),
  );
}

function functionBody({ name, signature, doc }: Callable, around: Around): string {
  const { inFile } = around;
  const props = inFile.filter(
    (one): one is InterfaceThing => isPropsOfOthers(one, inFile) && takersOf(one, inFile)[0]?.name === name,
  );
  return joined(
    fenced("ts", `${name}${signature}`),
    parametersPart(doc),
    ...props.map((one) => joined(`${code(one.name)}:`, fieldsPart(one, around))),
  );
}

const parametersPart = (doc: Docstring | undefined) =>
  table(
    ["parameter", "meaning"],
    [...(doc?.parameters ?? [])].map(([name, text]) => [code(name), text]),
  );

/** The fields of an interface, and where it has further ones from. */
function fieldsPart({ fields, extends: bases }: InterfaceThing, around: Around): string {
  const inherited = bases.map((base) => `And those of ${linkTo(base, around)}.`);
  return joined(
    table(
      ["name", "type", "default", "meaning"],
      fields.map((field) => [code(field.name), code(field.type), defaultOf(field), meaningOf(field.doc)]),
    ),
    ...inherited,
  );
}

/** Where a type is told: of this module before others. */
function linkTo(type: string, { module, all }: Around): string {
  const [name = type] = /\w+Props|\w+/.exec(type) ?? [];
  for (const other of [module, ...all.modules]) {
    const heading = headingOf(name, other);
    if (heading === undefined) continue;
    return `[${code(type)}](${other === module ? "" : `${other.name}.md`}#${anchorOf(heading)})`;
  }
  return code(type);
}

/** Below which heading a module's page tells of a thing; undefined where it has none of the name. */
function headingOf(name: string, { files }: Module): string | undefined {
  const things = files.find((file) => file.things.some((thing) => thing.name === name))?.things ?? [];
  const thing = things.find((one) => one.name === name);
  if (!thing || !isPropsOfOthers(thing, things)) return thing?.name;
  const [taker] = takersOf(thing, things);
  return taker?.kind === "class" ? `Props of ${taker.name}` : taker?.name;
}

const defaultOf = ({ optional, doc }: Field) => (optional ? oneLine(doc?.default ?? "absent") : "required");

const meaningOf = (doc: Docstring | undefined) => {
  const sources = doc?.sources.map((source) => `Source: ${source}`) ?? [];
  return oneLine([doc?.text ?? "", ...sources].join(" "));
};

const propertiesTable = (properties: readonly Field[]) =>
  table(
    ["name", "type", "meaning"],
    properties.map(({ name, type, doc }) => [code(name), type === "" ? "" : code(type), meaningOf(doc)]),
  );

/** What stands below a thing: cost, refusals, sources. */
function endOf(doc: Docstring | undefined): string {
  if (!doc) return "";
  return joined(
    ...(doc.returns === undefined ? [] : [`**Gives:** ${oneLine(doc.returns)}`]),
    ...doc.costs.map((cost) => `**Cost:** ${oneLine(cost)}`),
    ...doc.refusals.map((refusal) => `**Refuses:** ${oneLine(refusal)}`),
    ...doc.sources.map((source) => `**Source:** ${oneLine(source)}`),
  );
}

function constantsPart(path: string, constants: readonly ValueThing[]): string {
  if (constants.length === 0) return "";
  const rows = constants.map(({ name, declaration, doc }) => [
    code(name),
    shownValue(declaration),
    doc ? meaningOf(doc) : "as the one above",
  ]);
  return joined(`## Constants of ${path.split("/").at(-1)}`, table(["name", "value", "meaning"], rows));
}

const VALUE_LENGTH_MAX = 60;

/** What a constant is, where that is short. */
function shownValue(declaration: string): string {
  const value = declaration.slice(declaration.indexOf("=") + 1).trim();
  return value.length > VALUE_LENGTH_MAX || value.includes("\n") ? "" : code(value);
}
