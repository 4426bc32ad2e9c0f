import { type Resource, type Stack, textOf } from "./stacks";

/** Which argument of a resource names it, the first that is there. */
const NAMED_BY = [
  "name",
  "name_prefix",
  "family",
  "identifier",
  "bucket",
  "repository_name",
  "email_identity",
  "configuration_set_name",
  "domain",
  "description",
  "port",
  "priority",
];

/** What a reference of Terraform's names: the types and ids of all stacks' resources. */
export class Names {
  readonly #resources: ReadonlyMap<string, readonly [type: string, resource: Resource]>;

  constructor(
    private readonly stack: Stack,
    stacks: readonly Stack[],
  ) {
    this.#resources = new Map(
      stacks.flatMap(({ resources }) =>
        Object.entries(resources).flatMap(([type, ofType]) =>
          Object.entries(ofType).map(([id, resource]) => [`${type}${id}`, [type, resource]] as const),
        ),
      ),
    );
  }

  /** A text with the names of what it refers to. */
  readable(text: string): string {
    return text
      .replace(/\$\{data\.aws_partition\.[^}]*\}/g, "aws")
      .replace(/\$\{(?:data\.aws_caller_identity\.[^}]*|aws_vpc\.[^}]*owner_id)\}/g, "ACCOUNT")
      .replace(/\$\{data\.terraform_remote_state\.[^}]*?\.cross-stack-output-([^}]+)\}/g, (_, output) =>
        this.#named(output),
      )
      .replace(/\$\{(aws_\w+)\.([\w-]+)\.([^}]*)\}/g, (_, type, id, attribute) =>
        attribute.includes("secret_arn") ? this.#masterSecret(type, id) : this.#own(type, id),
      )
      .replace(/\barn:aws:(\w[\w-]*):[\w*-]*:(?:ACCOUNT|\*)?:/g, "$1 ");
  }

  /**
   * Ids are unique within one stack only, so it is looked up in this one first. What is of another stack is named in the same
   * way where a stack was synthesised alone, as `Testing.synth` does.
   */
  #own(type: string, id: string): string {
    const resource = this.stack.resources[type]?.[id] ?? this.#resources.get(`${type}${id}`)?.[1];
    return resource ? this.#nameOf(type, resource) : `${words(type)} ${id}`;
  }

  #masterSecret(type: string, id: string): string {
    return `master password of ${this.#own(type, id)}`;
  }

  /** Of another stack: CDKTF names the output by type, id and attribute, with nothing between. */
  #named(output: string): string {
    const [found] = [...this.#resources]
      .filter(([key]) => output.startsWith(key))
      .sort(([a], [b]) => b.length - a.length);
    return found ? this.#nameOf(...found[1]) : output;
  }

  #nameOf(type: string, resource: Resource): string {
    const [name = "without a name"] = NAMED_BY.map((argument) => textOf(resource, argument)).filter(
      (text) => text !== "",
    );
    return `${words(type)} ${this.readable(name).replace(/-$/, "")}`;
  }
}

/** The part of a type that says which service of AWS it is of, where people leave it out. */
const SERVICE = /^(cloudwatch|codebuild|codecommit|iam|secretsmanager|sesv2|s3|ssm)_/;

/** `aws_cloudwatch_log_group` is a "log group". */
const words = (type: string) => type.replace(/^aws_/, "").replace(SERVICE, "").replaceAll("_", " ");
