import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../tools/failure";
import type { Lifetime } from "../../tools/processes/lifetime";
import type { Report, TargetReport, TaskReport, View } from "../cloud/view";

/** How long the emulator may keep a request for a view that has not changed. */
const WAIT_SECONDS = 20;

const FIRST_RETRY_MS = 50;

const LONGEST_RETRY_MS = 1_000;

interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface ControlPlaneOptions {
  readonly lifetime: Lifetime;
  /** Address of the emulator. */
  readonly url: string;
  readonly onView: (view: View) => void;
  readonly say: (text: string) => void;
}

/**
 * The emulator's control plane, as the data plane speaks to it: hears of every new view, and is told what was seen. Neither
 * is lost when the emulator does not answer for a moment.
 */
export class ControlPlane {
  readonly #tasks = new Map<string, TaskReport>();
  readonly #targets = new Map<string, TargetReport>();
  #isSending = false;
  #hasComplained = false;

  constructor(private readonly options: ControlPlaneOptions) {}

  /** Passes each view on; ends with the lifetime. */
  async run(): Promise<void> {
    let since: number | undefined;
    while (!this.#isOver) {
      const path = `view?wait=${WAIT_SECONDS}${since === undefined ? "" : `&since=${since}`}`;
      const response = await this.#ask(path);
      if (response?.status !== 200) continue;
      const view = JSON.parse(response.body) as View;
      since = view.revision;
      this.options.onView(view);
    }
  }

  /** Tells what was seen: at once, or with what else is seen while an earlier report is under way. */
  report({ tasks = [], targets = [] }: Partial<Report>): void {
    for (const task of tasks) this.#tasks.set(task.arn, task);
    for (const target of targets) this.#targets.set(`${target.targetGroupArn} ${target.id} ${target.port}`, target);
    if (!this.#isSending) void this.#send();
  }

  async #send(): Promise<void> {
    this.#isSending = true;
    // Lets what is seen in the same moment go together.
    await sleep(0);
    while (this.#tasks.size + this.#targets.size > 0 && !this.#isOver) {
      const report: Report = { tasks: [...this.#tasks.values()], targets: [...this.#targets.values()] };
      this.#tasks.clear();
      this.#targets.clear();
      const response = await this.#ask("report", { method: "POST", body: JSON.stringify(report) }, 500);
      if (response && response.status >= 400) this.options.say(`a report was refused: ${response.body}`);
    }
    this.#isSending = false;
  }

  /**
   * The answer, however long it takes to get one; `undefined` once the lifetime has ended.
   *
   * @param errorStatus the lowest status that is no answer
   */
  async #ask(path: string, init: RequestInit = {}, errorStatus = 400): Promise<Answer | undefined> {
    const { url, lifetime } = this.options;
    for (let retryMs = FIRST_RETRY_MS; !this.#isOver; retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS)) {
      try {
        const response = await fetch(`${url}/_local/${path}`, { ...init, signal: lifetime.signal });
        const body = await response.text();
        if (response.status < errorStatus) {
          this.#hasComplained = false;
          return { status: response.status, body };
        }
        this.#complain(`failed (${response.status}): ${body}`);
      } catch (error) {
        if (retryMs === LONGEST_RETRY_MS) this.#complain(`does not answer: ${messageOf(error)}`);
      }
      await sleep(retryMs, undefined, { signal: lifetime.signal }).catch(() => undefined);
    }
    return undefined;
  }

  /** Once, until there is an answer again. */
  #complain(what: string): void {
    if (!this.#hasComplained && !this.#isOver) this.options.say(`the emulator's control plane ${what}`);
    this.#hasComplained = true;
  }

  get #isOver(): boolean {
    return this.options.lifetime.signal.aborted;
  }
}
