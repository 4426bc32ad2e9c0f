import { READ_ONLY_KEYS } from "../aws/task-definition";

/** The next revision: that of Terraform, with the image of this execution. A program of jq. */
const NEXT_REVISION = `
.tags as $tags
| .taskDefinition
| if any(.containerDefinitions[]; .name == $container) then . else error("no container " + $container) end
| del(${READ_ONLY_KEYS.map((key) => `.${key}`).join(", ")})
| .containerDefinitions |= map(if .name == $container then .image = $image else . end)
| if ($tags | length) > 0 then .tags = $tags else . end
`.trim();

/** No expression in braces: Terraform would take it for one of its own. */
const SCRIPT = `
set -euo pipefail

image=$(jq --exit-status --raw-output .ImageURI imageDetail.json)
aws ecs describe-task-definition --task-definition "$TASK_DEFINITION" --include TAGS --output json > described.json
jq --arg image "$image" --arg container "$CONTAINER" '${NEXT_REVISION}' described.json > revision.json
revision=$(aws ecs register-task-definition --cli-input-json file://revision.json \\
  --query taskDefinition.taskDefinitionArn --output text)
echo "registered $revision with the image $image"

jq --null-input --argjson run "$RUN_TASK" --arg revision "$revision" '$run + {taskDefinition: $revision}' > run.json
aws ecs run-task --cli-input-json file://run.json --output json > started.json
task=$(jq --raw-output '.tasks[0].taskArn // empty' started.json)
if [ -z "$task" ]; then
  echo "the task could not be started: $(jq --compact-output .failures started.json)" >&2
  exit 1
fi
echo "started $task; the log of its container tells more"

status=
until [ "$status" = STOPPED ]; do
  sleep "$POLL_SECONDS"
  aws ecs describe-tasks --cluster "$(jq --raw-output .cluster run.json)" --tasks "$task" --output json > task.json
  status=$(jq --raw-output '.tasks[0].lastStatus // empty' task.json)
  if [ -z "$status" ]; then
    echo "ECS does not know the task any more: $(jq --compact-output .failures task.json)" >&2
    exit 1
  fi
done

code=$(jq --raw-output --arg container "$CONTAINER" \\
  '[.tasks[0].containers[] | select(.name == $container) | .exitCode][0] // "none"' task.json)
if [ "$code" != 0 ]; then
  reasons=$(jq --raw-output '[.tasks[0].stoppedReason, .tasks[0].containers[].reason | values] | unique | join("; ")' task.json)
  echo "the migration failed with the exit status $code: $reasons" >&2
  if [ "$code" = none ]; then exit 1; fi
  exit "$code"
fi
echo "the migration is done"
`.trim();

/**
 * What CodeBuild does in a pipeline before a deployment: it registers a revision of the migrating task with the image
 * that the pipeline has found, runs it once, and ends as the task does.
 *
 * It reads `imageDetail.json` (the artifact of an ECR source) in its folder, and in its environment:
 * - `TASK_DEFINITION`: the revision to start from, by its ARN
 * - `CONTAINER`: the container that gets the image, and whose exit status counts
 * - `RUN_TASK`: the input of RunTask, as JSON, without the task definition
 *
 * JSON, which is YAML as well. Source: AWS CodeBuild User Guide, "Build specification reference for CodeBuild".
 */
export function migrationBuildspec(): string {
  return JSON.stringify({
    version: 0.2,
    env: {
      shell: "bash",
      // A migration takes minutes: one call that fails meanwhile says nothing of it.
      variables: { POLL_SECONDS: "5", AWS_RETRY_MODE: "standard", AWS_MAX_ATTEMPTS: "10" },
    },
    phases: { build: { commands: [SCRIPT] } },
  });
}
