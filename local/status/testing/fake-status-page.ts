import { type Bundle, bundlePage } from "../server/bundle";
import { Collector } from "../server/collector";
import { type Act, StatusServer } from "../server/status-server";
import type { State } from "../state";
import { fixture } from "./fixture";

/** For all pages of a test file. */
let bundled: Promise<Bundle> | undefined;

function bundledOnce(): Promise<Bundle> {
  bundled ??= bundlePage();
  return bundled;
}

/** A status page without anything behind it: what is to be seen is told, and what is asked is written down. */
export class FakeStatusPage {
  readonly asked: { readonly name: string; readonly asked: unknown }[] = [];
  /** What acts answer, by name; of others, nothing. */
  readonly answers = new Map<string, object | Error>();
  readonly collector = new Collector([]);
  readonly server: StatusServer;

  private constructor() {
    const act: Act = async (name, asked) => {
      this.asked.push({ name, asked });
      const answer = this.answers.get(name) ?? {};
      if (answer instanceof Error) throw answer;
      return answer;
    };
    this.server = new StatusServer({ collector: this.collector, act, bundle: bundledOnce });
  }

  static async start(state: Partial<State> = fixture()): Promise<FakeStatusPage> {
    const page = new FakeStatusPage();
    page.collector.tell(state);
    await page.server.open();
    return page;
  }

  get url(): string {
    return this.server.url;
  }

  /** From now on another state is to be seen. */
  show(sections: Partial<State>): void {
    this.collector.tell(sections);
  }

  close(): Promise<void> {
    return this.server.close();
  }
}
