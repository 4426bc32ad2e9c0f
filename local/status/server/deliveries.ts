import { CodePipelineClient, GetPipelineCommand, type PipelineDeclaration } from "@aws-sdk/client-codepipeline";
import type { Project } from "../../../config/load";
import { serviceNames } from "../../../config/names";
import { Failure } from "../../../tools/failure";
import { type Mail, readInbox } from "../../cloud/inbox";
import type { ClientSettings } from "../../cloud/variables";
import { asksForApproval, type Pipeline, pipelineNames, toPipeline } from "../../pipeline/definition";
import type { MailState, PipelineState } from "../state";

const MAILS_SHOWN = 50;
const SUBJECT_MAX = 200;

/** Reads the pipelines, and by which service of ours each is walked. */
export async function readPipelines(settings: ClientSettings, project: Project): Promise<readonly PipelineState[]> {
  const names = await pipelineNames(settings);
  const client = new CodePipelineClient(settings);
  try {
    const read = await Promise.all(names.map((name) => client.send(new GetPipelineCommand({ name }))));
    return read.flatMap(({ pipeline }) => (pipeline ? [pipelineStateOf(pipeline, project)] : []));
  } finally {
    client.destroy();
  }
}

export function pipelineStateOf(declaration: PipelineDeclaration, project: Project): PipelineState {
  const { name = "", stages = [] } = declaration;
  const pipeline = walkable(declaration);
  const { service, isForPullRequests } = walkedBy(name, project);
  return {
    name,
    service: pipeline && service,
    isForPullRequests,
    asksForApproval: pipeline !== undefined && asksForApproval(pipeline),
    stages: stages.map((stage) => ({
      name: stage.name ?? "",
      actions: (stage.actions ?? []).map((action) => ({
        name: action.name ?? "",
        kind: action.actionTypeId?.provider ?? "",
      })),
    })),
  };
}

/** `undefined` for a pipeline with actions that are not performed on this machine. */
function walkable(declaration: PipelineDeclaration): Pipeline | undefined {
  try {
    return toPipeline(declaration);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

function walkedBy(pipeline: string, { services, environment }: Project) {
  const namesOf = (service: Project["services"][number]) => serviceNames(service, environment.name);
  const service = services.find((one) => [namesOf(one).pipeline, namesOf(one).githubPipeline].includes(pipeline));
  const isForPullRequests = services.some((one) => namesOf(one).pullRequestPipeline === pipeline);
  return { service: service?.name, isForPullRequests };
}

/** Reads the mails that have come since it was read last, and gives the most recent ones, the newest first. */
export function mailsOf(emulatorUrl: string): () => Promise<readonly MailState[]> {
  let shown: readonly MailState[] = [];
  return async () => {
    const fresh = await readInbox(emulatorUrl, shown[0]?.id);
    shown = [...fresh.map(mailOf).reverse(), ...shown].slice(0, MAILS_SHOWN);
    return shown;
  };
}

function mailOf({ id, time, from, to, subject }: Mail): MailState {
  return { id, at: Date.parse(time), from, to: to.join(", "), subject: subject.slice(0, SUBJECT_MAX) };
}
