import { textAt } from "../../../stacks/documents/body";
import type { Resource } from "../resource";
import { type Labeller, label } from "./label";

/** Words for an action, by its provider. */
const PROVIDERS: Readonly<Record<string, string>> = {
  CodeStarSourceConnection: "GitHub",
  CodeDeployToECS: "CodeDeploy",
  Manual: "by a person",
};

function sourceOf({ body }: Resource): string | undefined {
  const branch = textAt(body, "configuration", "BranchName");
  const tag = textAt(body, "configuration", "ImageTag");
  if (branch !== undefined) return `branch ${branch}`;
  return tag === undefined ? undefined : `tag ${tag}`;
}

/** Labels of what takes a change to the services. */
export const RELEASE_LABELS: Readonly<Record<string, Labeller>> = {
  codepipeline_action: (node, graph) => {
    const provider = textAt(node.body, "provider") ?? "";
    return label(
      textAt(node.body, "name") ?? "",
      PROVIDERS[provider] ?? provider,
      sourceOf(node),
      textAt(graph.part(node, "aws_codebuild_project")?.body, "description"),
    );
  },
  aws_codedeploy_deployment_group: (node) =>
    label(
      "CodeDeploy",
      textAt(node.body, "deployment_group_name"),
      textAt(node.body, "deployment_config_name")?.replace("CodeDeployDefault.ECS", ""),
      `old tasks stay ${textAt(node.body, "blue_green_deployment_config", "terminate_blue_instances_on_deployment_success", "termination_wait_time_in_minutes")} min`,
    ),
  aws_codecommit_repository: (node) => label("CodeCommit", textAt(node.body, "repository_name")),
  aws_codeconnections_connection: (node) =>
    label(`${textAt(node.body, "provider_type")} connection`, textAt(node.body, "name")),
};
