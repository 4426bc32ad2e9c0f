import ts from "typescript";
import { type Docstring, parseDocstring } from "./docstring";

/** A prop, a property or a parameter: by its path where it is within another (`accessLogs.bucket`). */
export interface Field {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
  readonly doc: Docstring | undefined;
  readonly line: number;
}

/** A function, or a method of a class. */
export interface Callable {
  readonly name: string;
  /** As it is declared, without its body. */
  readonly signature: string;
  readonly doc: Docstring | undefined;
  readonly line: number;
}

interface Named {
  readonly name: string;
  readonly doc: Docstring | undefined;
  /** Of the file, from 1. */
  readonly line: number;
}

/** A construct, or another class. */
export interface ClassThing extends Named {
  readonly kind: "class";
  /** Name of the type of its props; undefined where it takes none. */
  readonly props: string | undefined;
  /** Its public properties. */
  readonly properties: readonly Field[];
  /** Its public methods. */
  readonly methods: readonly Callable[];
}

export interface InterfaceThing extends Named {
  readonly kind: "interface";
  /** Names of the interfaces whose fields it has too. */
  readonly extends: readonly string[];
  readonly fields: readonly Field[];
}

export interface FunctionThing extends Callable {
  readonly kind: "function";
}

/** A type, or a constant. */
export interface ValueThing extends Named {
  readonly kind: "type" | "constant";
  /** As it is declared; of a long one, how it begins. */
  readonly declaration: string;
  /** Of a constant that stands right below another one: whether that one's docstring is for both. */
  readonly continues: boolean;
}

export type Thing = ClassThing | InterfaceThing | FunctionThing | ValueThing;

/** A file of a module: what it exports, and what it makes. */
export interface ModuleFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly things: readonly Thing[];
  /** Terraform's types of the resources and data sources that it makes: `aws_lb`, `data.aws_region`. */
  readonly makes: readonly string[];
  /** Folders of the other modules that it imports from. */
  readonly uses: readonly string[];
}

/** Reads a file of a module: its syntax alone, for types of other files are named and not resolved. */
export function readModuleFile(path: string, text: string): ModuleFile {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const exported = source.statements.filter(isExported);
  return {
    path,
    things: exported.flatMap((statement) => thingsOf(statement, source)),
    makes: resourcesMade(source),
    uses: foldersUsed(source),
  };
}

function thingsOf(statement: ts.Statement, source: ts.SourceFile): readonly Thing[] {
  if (ts.isClassDeclaration(statement)) return [classThing(statement, source)];
  if (ts.isInterfaceDeclaration(statement)) return [interfaceThing(statement, source)];
  if (ts.isFunctionDeclaration(statement)) return [{ kind: "function", ...callable(statement, source) }];
  if (ts.isTypeAliasDeclaration(statement)) {
    const declaration = declarationOf(statement, source);
    return [{ kind: "type", ...named(statement, source), declaration, continues: false }];
  }
  return ts.isVariableStatement(statement) ? variableThings(statement, source) : [];
}

function classThing(node: ts.ClassDeclaration, source: ts.SourceFile): ClassThing {
  const maker = node.members.find(ts.isConstructorDeclaration);
  const [, , props] = maker?.parameters ?? [];
  const parameters = maker?.parameters.filter(isPublicProperty) ?? [];
  const properties = node.members.filter((one) => ts.isPropertyDeclaration(one) || ts.isGetAccessor(one));
  return {
    kind: "class",
    ...named(node, source),
    props: props?.type && ts.isTypeReferenceNode(props.type) ? props.type.typeName.getText(source) : undefined,
    properties: [...parameters, ...properties.filter(isPublic)].map((one) => field(one, source)),
    methods: node.members
      .filter(ts.isMethodDeclaration)
      .filter(isPublic)
      .map((one) => callable(one, source)),
  };
}

function interfaceThing(node: ts.InterfaceDeclaration, source: ts.SourceFile): InterfaceThing {
  return {
    kind: "interface",
    ...named(node, source),
    extends: (node.heritageClauses ?? []).flatMap(({ types }) => types.map((type) => type.getText(source))),
    fields: fieldsOf(node.members, source),
  };
}

function variableThings(statement: ts.VariableStatement, source: ts.SourceFile): readonly Thing[] {
  const continues = standsRightBelow(statement, source);
  return statement.declarationList.declarations.map((declaration): Thing => {
    const { initializer } = declaration;
    const about = { ...named(declaration, source), doc: docstringOf(statement, source) };
    if (initializer && ts.isArrowFunction(initializer)) {
      return { kind: "function", ...callable(initializer, source), ...about };
    }
    return { kind: "constant", ...about, declaration: declarationOf(declaration, source), continues };
  });
}

/** Whether nothing stands between the end of the statement before and this one: they are one group. */
const standsRightBelow = (statement: ts.Statement, source: ts.SourceFile) =>
  /^\n\S/.test(source.text.slice(statement.getFullStart())) && docstringOf(statement, source) === undefined;

/** The fields of an interface or an object type, and those within them. */
function fieldsOf(members: ts.NodeArray<ts.TypeElement>, source: ts.SourceFile, prefix = ""): readonly Field[] {
  return members.flatMap((member) => {
    if (!ts.isPropertySignature(member) && !ts.isMethodSignature(member)) return [];
    const own = field(member, source, prefix);
    const within = ts.isPropertySignature(member) && member.type && ts.isTypeLiteralNode(member.type);
    if (!within) return [own];
    const { members: inner } = member.type as ts.TypeLiteralNode;
    return [{ ...own, type: "object" }, ...fieldsOf(inner, source, `${own.name}.`)];
  });
}

type Member = ts.TypeElement | ts.ClassElement | ts.ParameterDeclaration;

function field(node: Member & { type?: ts.TypeNode | undefined }, source: ts.SourceFile, prefix = ""): Field {
  const isMethod = ts.isMethodSignature(node);
  const type = isMethod ? node.getText(source).slice(node.name.getText(source).length) : node.type?.getText(source);
  return {
    ...named(node, source),
    name: prefix + (node.name?.getText(source) ?? ""),
    type: (type ?? initialType(node, source)).replace(/\s+/g, " ").replace(/;$/, ""),
    optional: "questionToken" in node && node.questionToken !== undefined,
  };
}

/** Of a property without a written type, what it is given at first. */
const initialType = (node: Member, source: ts.SourceFile) =>
  ts.isPropertyDeclaration(node) ? (node.initializer?.getText(source) ?? "") : "";

function callable(node: ts.SignatureDeclaration, source: ts.SourceFile): Callable {
  const parameters = node.parameters.map((one) => signatureOf(one, source)).join(", ");
  const name = node.name?.getText(source) ?? "";
  return {
    ...named(node, source),
    signature: `(${parameters})${node.type ? `: ${node.type.getText(source).replace(/\s+/g, " ")}` : ""}`,
    name,
  };
}

/** A parameter that is taken apart at once is told by its type alone: what it is called within says nothing to others. */
function signatureOf(node: ts.ParameterDeclaration, source: ts.SourceFile): string {
  const text = (part: ts.Node | undefined) => part?.getText(source).replace(/\s+/g, " ") ?? "";
  const name = ts.isIdentifier(node.name) ? text(node.name) : "props";
  const type = node.type ? `: ${text(node.type)}` : "";
  return `${text(node.dotDotDotToken)}${name}${node.questionToken ? "?" : ""}${type}${node.initializer ? ` = ${text(node.initializer)}` : ""}`;
}

function named(node: ts.Node & { readonly name?: ts.Node | undefined }, source: ts.SourceFile): Named {
  const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
  return { name: node.name?.getText(source) ?? "", doc: docstringOf(node, source), line: line + 1 };
}

/** The docstring that stands right above. */
function docstringOf(node: ts.Node, source: ts.SourceFile): Docstring | undefined {
  const comments = ts.getLeadingCommentRanges(source.text, node.getFullStart()) ?? [];
  const last = comments.map(({ pos, end }) => source.text.slice(pos, end)).findLast((text) => text.startsWith("/**"));
  return last === undefined ? undefined : parseDocstring(last);
}

/** Where it is a table of many lines, only how it begins. */
const DECLARATION_LINES_MAX = 12;

function declarationOf(node: ts.TypeAliasDeclaration | ts.VariableDeclaration, source: ts.SourceFile): string {
  const lines = node
    .getText(source)
    .replace(/^export /, "")
    .split("\n");
  if (lines.length <= DECLARATION_LINES_MAX) return lines.join("\n");
  return [...lines.slice(0, DECLARATION_LINES_MAX - 1), "  // ..."].join("\n");
}

const hasModifier = (node: ts.Node, ...kinds: ts.SyntaxKind[]) =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kinds.includes(kind));

const isExported = (node: ts.Node) => hasModifier(node, ts.SyntaxKind.ExportKeyword);

const isPublic = (node: ts.ClassElement) =>
  !hasModifier(node, ts.SyntaxKind.PrivateKeyword, ts.SyntaxKind.ProtectedKeyword) &&
  !(node.name && ts.isPrivateIdentifier(node.name));

/** A parameter of a constructor that is a property as well. */
const isPublicProperty = (node: ts.ParameterDeclaration) =>
  hasModifier(node, ts.SyntaxKind.ReadonlyKeyword, ts.SyntaxKind.PublicKeyword) &&
  !hasModifier(node, ts.SyntaxKind.PrivateKeyword, ts.SyntaxKind.ProtectedKeyword);

const PROVIDER = "@cdktf/provider-aws/lib/";

/** What is imported by which name, from where. */
function importsOf(source: ts.SourceFile): readonly { readonly from: string; readonly names: readonly string[] }[] {
  return source.statements.filter(ts.isImportDeclaration).map(({ moduleSpecifier, importClause }) => {
    const bindings = importClause?.namedBindings;
    const elements = bindings && ts.isNamedImports(bindings) ? bindings.elements : [];
    return {
      from: (moduleSpecifier as ts.StringLiteral).text,
      names: elements.map(({ name }) => name.text),
    };
  });
}

/** What of the provider is imported and made. The path of a class is the type of its resource, with hyphens. */
function resourcesMade(source: ts.SourceFile): readonly string[] {
  const made = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && ts.isIdentifier(node.expression)) made.add(node.expression.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return importsOf(source)
    .filter(({ from, names }) => from.startsWith(PROVIDER) && names.some((name) => made.has(name)))
    .map(({ from }) => terraformType(from.slice(PROVIDER.length)))
    .sort();
}

/** `data-aws-region` is `data.aws_region`, `lb-listener` is `aws_lb_listener`. */
function terraformType(path: string): string {
  const name = path.replaceAll("-", "_");
  return name.startsWith("data_aws_") ? name.replace("data_", "data.") : `aws_${name}`;
}

function foldersUsed(source: ts.SourceFile): readonly string[] {
  const folders = importsOf(source).map(({ from }) => /^\.\.\/([\w-]+)\//.exec(from)?.[1]);
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}
