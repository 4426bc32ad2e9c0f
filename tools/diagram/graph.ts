import { Failure } from "../failure";
import { EDGE_RULES, type EdgeRule } from "./edge-rules";
import { push } from "./multimap";
import { findReferences } from "./references";
import { byKey, PIPELINE_ACTION, type Resource, type StackDocument } from "./resource";
import { treatmentOf } from "./resource-types";

/** What leads from one node to another. */
export interface Link {
  readonly tail: Resource;
  readonly head: Resource;
  readonly label: string | undefined;
  readonly way: "request" | "release";
  /** The stack that has it: its resource refers to the other. */
  readonly stack: string;
}

/** What a node refers to, and the part of the node that does. */
interface Reference {
  readonly to: Resource;
  readonly from: Resource;
}

/** The resources of all stacks of an environment: which are drawn, which are parts of those, and what leads where. */
export class ResourceGraph {
  /** Resources that are nodes, by key. */
  readonly nodes: readonly Resource[];
  readonly links: readonly Link[];
  readonly #refersTo: ReadonlyMap<string, readonly Resource[]>;
  readonly #referredBy = new Map<string, Resource[]>();
  readonly #holders = new Map<string, readonly Resource[]>();
  readonly #parts = new Map<string, Resource[]>();
  readonly #between = new Map<string, Reference[]>();

  /** @throws Failure that names the types which RESOURCE_TYPES does not know */
  constructor(readonly stacks: readonly StackDocument[]) {
    const resources = stacks.flatMap((stack) => stack.resources);
    requireKnown(resources);
    this.#refersTo = findReferences(stacks);
    for (const resource of resources) {
      for (const other of this.#refersTo.get(resource.key) ?? []) push(this.#referredBy, other.key, resource);
    }
    this.nodes = resources.filter((resource) => this.#holdersOf(resource).includes(resource));
    for (const resource of resources) this.#attach(resource);
    this.links = this.#findLinks();
  }

  /** The node itself and the resources that are parts of it. */
  partsOf(node: Resource): readonly Resource[] {
    return this.#parts.get(node.key) ?? [];
  }

  /** The first part of a type. */
  part(node: Resource, type: string): Resource | undefined {
    return this.partsOf(node).find((part) => part.type === type);
  }

  /** The first resource of a type in a stack, drawn or not. */
  first(stack: string, type: string): Resource | undefined {
    return this.stacks.find(({ name }) => name === stack)?.resources.find((resource) => resource.type === type);
  }

  /** Resources of a type that the node, or a part of it, refers to. */
  refersTo(node: Resource, type: string): readonly Resource[] {
    const referred = this.partsOf(node).flatMap((part) => this.#refersTo.get(part.key) ?? []);
    return [...new Set(referred.filter((other) => other.type === type))];
  }

  /** Resources of other stacks that the resources of a stack refer to. */
  crossings(stack: string): readonly Resource[] {
    const own = this.stacks.find(({ name }) => name === stack)?.resources ?? [];
    const referred = own.flatMap(({ key }) => this.#refersTo.get(key) ?? []);
    return [...new Set(referred)].filter((resource) => resource.stack !== stack).sort(byKey);
  }

  /** The nodes that stand for a resource: itself, those that it is a part of, or none. */
  #holdersOf(resource: Resource): readonly Resource[] {
    const known = this.#holders.get(resource.key);
    if (known) return known;
    // While it is looked for it stands for nothing, so a circle of parts ends.
    this.#holders.set(resource.key, []);
    const found = this.#findHolders(resource);
    this.#holders.set(resource.key, found);
    return found;
  }

  #findHolders(resource: Resource): readonly Resource[] {
    const treatment = treatmentOf(resource);
    if (!treatment || "leaveOut" in treatment || "frame" in treatment) return [];
    if ("draw" in treatment) return [resource];
    const near = [...(this.#refersTo.get(resource.key) ?? []), ...(this.#referredBy.get(resource.key) ?? [])];
    for (const type of treatment.fold) {
      const wholes = near.filter((other) => other.type === type);
      if (wholes.length > 0) return [...new Set(wholes.flatMap((whole) => this.#holdersOf(whole)))];
    }
    return treatment.otherwise ? [resource] : [];
  }

  #attach(part: Resource): void {
    const referred = (this.#refersTo.get(part.key) ?? []).flatMap((other) => this.#meantBy(other));
    for (const holder of this.#holdersOf(part)) {
      push(this.#parts, holder.key, part);
      for (const to of referred) {
        if (to !== holder) push(this.#between, holder.key, { to, from: part });
      }
    }
  }

  /** The nodes that a reference to a resource means. */
  #meantBy(resource: Resource): readonly Resource[] {
    const treatment = treatmentOf(resource);
    return treatment && "passedOn" in treatment ? [] : this.#holdersOf(resource);
  }

  #referencesOf(node: Resource, type: string): readonly Reference[] {
    return (this.#between.get(node.key) ?? []).filter(({ to }) => to.type === type);
  }

  #findLinks(): readonly Link[] {
    const links = new Map<string, Link>();
    for (const rule of EDGE_RULES) {
      for (const link of this.nodes.flatMap((node) => this.#linksBy(rule, node))) {
        const key = `${link.tail.key} ${link.head.key}`;
        if (!links.has(key)) links.set(key, link);
      }
    }
    return [...links.values(), ...this.#stageLinks()];
  }

  /** Each action of a pipeline leads to those of the next stage. */
  #stageLinks(): readonly Link[] {
    const actions = this.nodes.filter(({ type }) => type === PIPELINE_ACTION);
    return actions.flatMap((tail) =>
      actions
        .filter(({ body }) => body.pipeline === tail.body.pipeline)
        .filter(({ body }) => Number(body.stageIndex) === Number(tail.body.stageIndex) + 1)
        .map((head) => ({ tail, head, label: undefined, way: "release" as const, stack: tail.stack })),
    );
  }

  /** Links by a rule that the references of one node make. */
  #linksBy(rule: EdgeRule, node: Resource): readonly Link[] {
    const { tail, head, held, within, label, way = "request" } = rule;
    const to = (type: string) =>
      this.#referencesOf(node, type).filter(({ from }) => within === undefined || from.type === within);
    const link = (from: Resource, target: Resource): Link => {
      const text = typeof label === "function" ? label(from) : label;
      return { tail: from, head: target, label: text, way, stack: node.stack };
    };
    if (node.type !== holderType(rule)) return [];
    if (held === "tail") return to(head).map((reference) => link(node, reference.to));
    if (held === "head") return to(tail).map((reference) => link(reference.to, node));
    if ("by" in held) return to(tail).flatMap((from) => to(head).map((reference) => link(from.to, reference.to)));
    return to(held.past).flatMap((middle) =>
      this.#referencesOf(middle.to, head).map((reference) => link(node, reference.to)),
    );
  }
}

/** Type of those whose references a rule is about. */
function holderType({ tail, head, held }: EdgeRule): string {
  if (held === "head") return head;
  return typeof held === "object" && "by" in held ? held.by : tail;
}

function requireKnown(resources: readonly Resource[]): void {
  const unknown = [...new Set(resources.filter((resource) => !treatmentOf(resource)).map(({ type }) => type))];
  if (unknown.length === 0) return;
  throw new Failure(
    `no picture knows what to do with ${unknown.join(", ")}: say in tools/diagram/resource-types.ts whether it is drawn, ` +
      "is part of something else, or is left out",
  );
}
