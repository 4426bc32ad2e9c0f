import { useCallback, useEffect, useState } from "preact/hooks";
import type { TaskState } from "../state";
import { ActButton, Chip } from "./bits";
import { ask } from "./connection";
import { usePage } from "./context";
import { clock } from "./format";
import { taskCondition } from "./model";
import { Raw } from "./raw";

const LOGS_EVERY_MS = 3_000;

/** A task: what it is, what it writes, and an end to it. */
export function TaskDialog({ task }: { readonly task: TaskState }) {
  const { state } = usePage();
  const condition = taskCondition(task, state.groups);
  const targets = (state.groups ?? []).flatMap(({ name, targets: all }) =>
    all.filter((target) => target.task === task.id).map((target) => ({ ...target, name })),
  );
  return (
    <>
      <div class="row start">
        <Chip {...condition} />
        <ActButton
          label="Kill the task"
          kind="danger"
          disabled={task.status !== "RUNNING"}
          act={() => ask("kill", { task: task.id })}
        />
        <span class="quiet">by SIGKILL, as a crash would end it; ECS starts another one</span>
      </div>
      <dl class="facts">
        <dt>Of</dt>
        <dd>
          {task.group}, {task.cluster}
        </dd>
        <dt>Revision</dt>
        <dd class="mono">{task.revision}</dd>
        <dt>Status</dt>
        <dd>
          {task.status}, wanted {task.desired}, health {task.health}
        </dd>
        <dt>Address</dt>
        <dd class="mono">{task.address || "–"}</dd>
        <dt>On</dt>
        <dd class="mono">{task.on || "–"}</dd>
        <dt>Created</dt>
        <dd>{clock(task.createdAt)}</dd>
        {task.startedAt !== undefined && (
          <>
            <dt>Started</dt>
            <dd>{clock(task.startedAt)}</dd>
          </>
        )}
        {targets.map(({ name, id, port, health, reason }) => (
          <Target key={`${name} ${id} ${port}`} name={name} text={[health, reason].filter(Boolean).join(", ")} />
        ))}
        {task.stoppedReason !== undefined && (
          <>
            <dt>Stopped</dt>
            <dd>
              {task.stoppedReason}
              {task.exitCodes.length > 0 && `, exit code ${task.exitCodes.join(", ")}`}
            </dd>
          </>
        )}
      </dl>
      <Logs task={task.id} />
    </>
  );
}

function Target({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <>
      <dt>Target in {name}</dt>
      <dd>{text}</dd>
    </>
  );
}

/** The newest lines that a task has written, as CloudWatch Logs has them. */
function Logs({ task }: { readonly task: string }) {
  const [text, setText] = useState("");
  const read = useCallback(async () => {
    const answer = await ask<{ lines: readonly string[] }, "logs">("logs", { task }).catch((error: Error) => ({
      lines: [error.message],
    }));
    setText(answer.lines.join("\n"));
  }, [task]);
  useEffect(() => {
    void read();
    const timer = setInterval(() => void read(), LOGS_EVERY_MS);
    return () => clearInterval(timer);
  }, [read]);
  return (
    <>
      <h3>Log</h3>
      {text === "" ? (
        <p class="empty">It has written nothing yet.</p>
      ) : (
        <Raw label="Log of the task" text={text} isTail />
      )}
    </>
  );
}
