import { type Body, stringsIn, textAt } from "./body";
import { namedIn } from "./expressions";

/** A stack as it was synthesised. */
export interface StackText {
  readonly name: string;
  /** Content of `cdk.tf.json`. */
  readonly json: string;
}

/** A resource of a synthesised stack. */
export interface DocumentResource {
  readonly stack: string;
  /** Terraform's type. */
  readonly type: string;
  /** Terraform's name within the type. */
  readonly id: string;
  readonly body: Body;
}

interface Content {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Body>>>>;
  readonly output?: Readonly<Record<string, { readonly value: unknown }>>;
}

/** The documents of an environment's stacks, and what a resource in them refers to, in other stacks too. */
export class Documents {
  readonly #byType = new Map<string, DocumentResource[]>();
  readonly #byAddress = new Map<string, DocumentResource>();
  readonly #outputs = new Map<string, unknown>();
  readonly #referredByOutput = new Map<string, readonly DocumentResource[]>();

  constructor(stacks: Iterable<StackText>) {
    for (const { name, json } of stacks) {
      const { resource = {}, output = {} } = JSON.parse(json) as Content;
      for (const [type, byId] of Object.entries(resource)) this.#take(name, type, byId);
      for (const [id, { value }] of Object.entries(output)) this.#outputs.set(`${name}/${id}`, value);
    }
  }

  /** All resources. */
  all(): Iterable<DocumentResource> {
    return this.#byAddress.values();
  }

  /** The resources of a type, of all stacks. */
  ofType(type: string): readonly DocumentResource[] {
    return this.#byType.get(type) ?? [];
  }

  /**
   * The resources that a value of a resource's argument refers to, each once.
   *
   * @param stack the stack that the value stands in
   * @param type only those of this type. @default - of all
   */
  referred(stack: string, value: unknown, type?: string): readonly DocumentResource[] {
    const found = new Set(stringsIn(value).flatMap((text) => this.#inText(stack, text)));
    return [...found].filter((resource) => type === undefined || resource.type === type);
  }

  #take(stack: string, type: string, byId: Readonly<Record<string, Body>>): void {
    const list = this.#byType.get(type) ?? [];
    this.#byType.set(type, list);
    for (const [id, body] of Object.entries(byId)) {
      const resource = { stack, type, id, body };
      list.push(resource);
      this.#byAddress.set(`${stack}/${type}.${id}`, resource);
    }
  }

  #inText(stack: string, text: string): readonly DocumentResource[] {
    const { addresses, outputs } = namedIn(text);
    const own = addresses.flatMap((address) => this.#byAddress.get(`${stack}/${address}`) ?? []);
    return outputs.length === 0 ? own : [...own, ...outputs.flatMap((one) => this.#inOutput(one.stack, one.output))];
  }

  #inOutput(stack: string, output: string): readonly DocumentResource[] {
    const key = `${stack}/${output}`;
    const known = this.#referredByOutput.get(key);
    if (known) return known;
    // Nothing while it is looked for, so that a circle ends.
    this.#referredByOutput.set(key, []);
    const found = this.referred(stack, this.#outputs.get(key));
    this.#referredByOutput.set(key, found);
    return found;
  }
}

/** Path of the construct that made a resource: `jenkins-ecs/Platform/LoadBalancer`. */
export function constructPath({ stack, type, id, body }: DocumentResource): string {
  const path = textAt(body, "//", "metadata", "path") ?? `${stack}/${type}.${id}`;
  return path.replace(/\/Resource$/, "");
}
