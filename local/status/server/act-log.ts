import { Failure, Interrupted, messageOf, USAGE_STATUS } from "../../../tools/failure";
import { Lifetime } from "../../../tools/processes/lifetime";
import { Terminal } from "../../../tools/terminal/terminal";
import type { ActState, ActStatus } from "../state";
import { ActScreen } from "./act-screen";

const SHOWN = 20;
const RUNNING_MAX = 6;

/** What is asked for. Two of the same kind for the same service do not run at once. */
export interface ActWanted {
  readonly kind: string;
  readonly title: string;
  /** Name. */
  readonly service: string | undefined;
}

/** What an act works with: all that it starts ends with its lifetime. */
export interface ActMeans {
  readonly lifetime: Lifetime;
  readonly terminal: Terminal;
  readonly screen: ActScreen;
}

interface Act extends ActMeans, ActWanted {
  readonly id: number;
  readonly startedAt: number;
  readonly ended: Promise<void>;
  status: ActStatus;
  endedAt: number | undefined;
}

/** What people have asked for on the page: what runs, and what became of the rest. */
export class ActLog {
  #acts: readonly Act[] = [];
  #count = 0;

  /** @param onChange is called for each line that an act prints, and when one begins or ends */
  constructor(private readonly onChange: (acts: readonly ActState[]) => void) {}

  /** The newest first. */
  get states(): readonly ActState[] {
    return this.#acts.map(({ id, title, service, status, screen, startedAt, endedAt }) => ({
      id,
      title,
      service,
      status,
      lines: screen.lines,
      startedAt,
      endedAt,
    }));
  }

  /** Begins an act, and gives its id. @throws Failure where the same runs already, or too many do */
  start(wanted: ActWanted, work: (means: ActMeans) => Promise<void>): number {
    const running = this.#acts.filter(({ status }) => status === "running");
    const same = running.find(({ kind, service }) => kind === wanted.kind && service === wanted.service);
    if (same) throw new Failure(`"${same.title}" is under way: wait for its end, or stop it`, USAGE_STATUS);
    if (running.length >= RUNNING_MAX)
      throw new Failure(`${running.length} acts are under way, and no more may be: wait for one`, USAGE_STATUS);
    const screen = new ActScreen(() => this.onChange(this.states));
    const means = { lifetime: new Lifetime(), screen, terminal: new Terminal(screen, { NO_COLOR: "1" }) };
    let over = (): void => undefined;
    const act: Act = {
      ...wanted,
      ...means,
      id: ++this.#count,
      startedAt: Date.now(),
      ended: new Promise((resolve) => {
        over = resolve;
      }),
      status: "running",
      endedAt: undefined,
    };
    this.#acts = [act, ...this.#acts].slice(0, SHOWN);
    this.onChange(this.states);
    void this.#carryOut(act, work).finally(over);
    return act.id;
  }

  /** Ends an act. @throws Failure where none of the id is under way */
  stop(id: number): void {
    const act = this.#acts.find((one) => one.id === id && one.status === "running");
    if (!act) throw new Failure(`no act ${id} is under way`, USAGE_STATUS);
    act.lifetime.interrupt();
  }

  /** Ends all acts, and all that they have started. */
  async close(): Promise<void> {
    for (const { lifetime } of this.#acts) lifetime.interrupt();
    await Promise.all(this.#acts.map(({ ended }) => ended));
  }

  async #carryOut(act: Act, work: (means: ActMeans) => Promise<void>): Promise<void> {
    let status: ActStatus = "succeeded";
    try {
      await work(act);
    } catch (error) {
      status = error instanceof Interrupted ? "stopped" : "failed";
      act.terminal.line(status === "stopped" ? "stopped" : messageOf(error));
    }
    await act.lifetime.end();
    act.status = status;
    act.endedAt = Date.now();
    this.onChange(this.states);
  }
}
