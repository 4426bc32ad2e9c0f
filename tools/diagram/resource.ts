import { z } from "zod";
import { type Body, listAt, textAt } from "../../stacks/documents/body";

/** A resource or a data source of a synthesised stack, or an action of a pipeline. */
export interface Resource {
  /** Unique over all stacks: `network/aws_vpc.Network_Vpc_FAC8F4A5`. */
  readonly key: string;
  readonly stack: string;
  /** Terraform's type; of a data source with `data.` before it, of an action of a pipeline {@link PIPELINE_ACTION}. */
  readonly type: string;
  /** Terraform's address within the stack. */
  readonly address: string;
  /** Path of the construct, without the stack: `customer/TargetGroups/Blue/Resource`. */
  readonly path: string;
  /** JSON within a string is parsed too. */
  readonly body: Body;
}

/** A stack as it was synthesised. */
export interface StackDocument {
  readonly name: string;
  readonly resources: readonly Resource[];
  /** Values of its outputs, which other stacks read. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Type of what is drawn for each action of a pipeline: CodePipeline has them within one resource. */
export const PIPELINE_ACTION = "codepipeline_action";

const blocks = z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({});
const documentSchema = z.object({
  resource: blocks,
  data: blocks,
  output: z.record(z.string(), z.object({ value: z.unknown() })).default({}),
});

/** Says when Terraform does something, or how CDKTF made it; nothing that a picture shows. */
const LEFT_OUT = ["//", "tags", "depends_on", "lifecycle", "provider"];

/**
 * Reads what CDKTF wrote of a stack.
 *
 * @param text content of `cdk.tf.json`
 */
export function parseDocument(name: string, text: string): StackDocument {
  const document = documentSchema.parse(JSON.parse(text));
  const read = (prefix: string, of: z.infer<typeof blocks>) =>
    Object.entries(of).flatMap(([type, byId]) =>
      Object.entries(byId).map(([id, body]) => toResource(name, `${prefix}${type}`, id, body)),
    );
  const resources = [...read("", document.resource), ...read("data.", document.data)];
  return {
    name,
    resources: resources.flatMap((resource) => [resource, ...actionsOf(resource)]).sort(byKey),
    outputs: Object.fromEntries(Object.entries(document.output).map(([output, { value }]) => [output, value])),
  };
}

/** An order that does not depend on the machine. */
export function byKey(first: Resource, second: Resource): number {
  return first.key < second.key ? -1 : 1;
}

function toResource(stack: string, type: string, id: string, body: Body): Resource {
  const kept = Object.entries(body).filter(([name]) => !LEFT_OUT.includes(name));
  const path = textAt(body, "//", "metadata", "path") ?? id;
  return {
    key: `${stack}/${type}.${id}`,
    stack,
    type,
    address: `${type}.${id}`,
    path: path.startsWith(`${stack}/`) ? path.slice(stack.length + 1) : path,
    body: Object.fromEntries(kept.map(([name, value]) => [name, withParsedText(value)])),
  };
}

/** The value with the JSON that its strings hold (policies, container definitions) parsed. */
function withParsedText(value: unknown): unknown {
  if (typeof value === "string") return /^\s*(\{"|\[)/.test(value) ? parsedOr(value) : value;
  if (Array.isArray(value)) return value.map(withParsedText);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withParsedText(member)]));
}

function parsedOr(text: string): unknown {
  try {
    return withParsedText(JSON.parse(text));
  } catch {
    // It only begins like JSON: a script, a pattern.
    return text;
  }
}

function actionsOf(pipeline: Resource): readonly Resource[] {
  if (pipeline.type !== "aws_codepipeline") return [];
  return listAt(pipeline.body, "stage").flatMap((stage, index) =>
    listAt(stage, "action").map((action, position) => ({
      ...pipeline,
      key: `${pipeline.key}/${index}/${textAt(action, "name")}`,
      type: PIPELINE_ACTION,
      address: `${pipeline.address} ${textAt(stage, "name")}/${textAt(action, "name")}`,
      body: {
        ...action,
        pipeline: pipeline.key,
        pipelineName: pipeline.body.name,
        stageIndex: index,
        // All of them read and write there; one edge says so.
        ...(index === 0 && position === 0 && { store: pipeline.body.artifact_store }),
      },
    })),
  );
}
