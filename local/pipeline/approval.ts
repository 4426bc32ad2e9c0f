import { createInterface } from "node:readline/promises";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { Failure, Interrupted } from "../../tools/failure";
import type { Lifetime } from "../../tools/processes/lifetime";
import type { Terminal } from "../../tools/terminal/terminal";
import type { ClientSettings } from "../cloud/variables";

/** What somebody has said of an approval. */
export interface Decision {
  readonly approved: boolean;
  /** Who or what decided, for the record. */
  readonly by: string;
}

export type Decide = (question: ApprovalRequest) => Promise<Decision>;

/** What somebody is asked to approve. */
export interface ApprovalRequest {
  readonly pipeline: string;
  readonly stage: string;
  readonly action: string;
  /** What to look at; `undefined` where the pipeline names nothing. */
  readonly link: string | undefined;
  /** What the pipeline says of it. */
  readonly text: string | undefined;
}

/** How long CodePipeline waits for an answer: "Manual approval action reference". */
const EXPIRES_MS = 7 * 24 * 3_600_000;

/** SNS takes no longer subject. */
const SUBJECT_MAX = 100;

/** Tells the subscribers of a topic, in the words of CodePipeline. */
export async function notifyApprovers(
  settings: ClientSettings,
  topic: string,
  request: ApprovalRequest,
  token: string,
): Promise<void> {
  const client = new SNSClient(settings);
  const message = approvalMessage(settings.region, request, token, new Date(Date.now() + EXPIRES_MS));
  const command = new PublishCommand({
    TopicArn: topic,
    Subject: subjectOf(request),
    Message: JSON.stringify(message),
  });
  await client.send(command).finally(() => client.destroy());
}

/** Names that are too long end in dots, as CodePipeline's do. */
export function subjectOf({ pipeline, action }: Pick<ApprovalRequest, "pipeline" | "action">): string {
  const words = ["APPROVAL NEEDED: AWS CodePipeline ", " for action "];
  const left = SUBJECT_MAX - words.join("").length;
  const shorten = (text: string, length: number) => (text.length > length ? `${text.slice(0, length - 3)}...` : text);
  const actionName = shorten(action, Math.floor(left / 2));
  return `${words[0]}${shorten(pipeline, left - actionName.length)}${words[1]}${actionName}`;
}

/**
 * What subscribers are sent.
 *
 * Source: AWS CodePipeline User Guide, "JSON data format for manual approval notifications in CodePipeline".
 */
export function approvalMessage(region: string, request: ApprovalRequest, token: string, expires: Date) {
  const { pipeline, stage, action, link, text } = request;
  const console = `https://${region}.console.aws.amazon.com/codesuite/codepipeline/pipelines/${pipeline}/view?region=${region}`;
  return {
    region,
    consoleLink: console,
    approval: {
      pipelineName: pipeline,
      stageName: stage,
      actionName: action,
      token,
      expires: `${expires.toISOString().slice(0, 16)}Z`,
      ...(link !== undefined && { externalEntityLink: link }),
      approvalReviewLink: `${console}#/${stage}/${action}/approve/${token}`,
      ...(text !== undefined && { customData: text }),
    },
  };
}

export interface AskOptions {
  readonly lifetime: Lifetime;
  readonly terminal: Terminal;
  /** Where the answer is typed. */
  readonly input: NodeJS.ReadStream;
  /** Where the question goes. */
  readonly output: NodeJS.WritableStream;
  /** Further lines that the person sees before the question. */
  readonly facts: readonly string[];
  /** What is approved, such as `production`. */
  readonly to: string;
}

/**
 * How an approval is decided: by `--approve` or `--reject`, else by the person at the terminal.
 *
 * @throws Failure with status 2 where there is nobody to ask
 */
export function decider(flags: { readonly approve: boolean; readonly reject: boolean }, options: AskOptions): Decide {
  if (flags.approve && flags.reject) throw new Failure("--approve and --reject: only one can be", 2);
  if (flags.approve) return async () => ({ approved: true, by: "--approve" });
  if (flags.reject) return async () => ({ approved: false, by: "--reject" });
  if (options.input.isTTY) return (request) => ask(request, options);
  throw new Failure(
    "the pipeline asks for an approval, and there is no terminal to answer at: give --approve or --reject",
    2,
  );
}

async function ask(request: ApprovalRequest, options: AskOptions): Promise<Decision> {
  const { lifetime, terminal, input, output, facts, to } = options;
  terminal.line();
  if (request.text !== undefined) terminal.line(`  ${request.text}`);
  if (request.link !== undefined) terminal.line(`  to look at: ${request.link}`);
  for (const fact of facts) terminal.line(`  ${fact}`);
  const lines = createInterface({ input, output });
  // The terminal hands Ctrl-C to whoever reads the line.
  lines.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  // Ctrl-D: nobody approves.
  const closed = new Promise<string>((resolve) => lines.on("close", () => resolve("")));
  try {
    const question = lines.question(`  Approve to ${to}? [y/N] `, { signal: lifetime.signal });
    question.catch(() => undefined);
    const answer = await lifetime.until(Promise.race([question, closed]));
    return { approved: /^y(es)?$/i.test(answer.trim()), by: "the person at the terminal" };
  } catch (error) {
    if (lifetime.signal.aborted) throw new Interrupted("interrupted");
    throw error;
  } finally {
    lines.close();
  }
}
