import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Source } from "../../jenkins/testing/source";
import type { NpmStart } from "./npm-start";

/** Another environment than `npm start`'s own. */
export interface OtherEnvironment {
  readonly name: string;
  readonly stateDirectory: string;
}

/** Runs Terraform on stacks of a run, as the configuration of its repository makes them at that moment. */
export class Stacks {
  #synthesised: { readonly commit: string; readonly stacks: Promise<Synthesised> } | undefined;

  /** @param environment the one whose stacks they are. @default the one that `npm start` deploys */
  constructor(
    private readonly start: NpmStart,
    private readonly source: Source,
    private readonly environment?: OtherEnvironment,
  ) {}

  /** The plan, which has to be empty: with `-detailed-exitcode` Terraform fails otherwise, and its words are in the error. */
  planned(stack: string): Promise<string> {
    return this.#terraform(stack, "plan -detailed-exitcode");
  }

  /** What an apply would do to each resource that it would not leave as it is: `aws_ecs_service.x: update`. */
  async changes(stack: string): Promise<readonly string[]> {
    await this.#terraform(stack, "plan -out=changes");
    const shown: Plan = JSON.parse(await this.#terraform(stack, "show -json changes", ""));
    return shown.resource_changes
      .filter(({ change }) => change.actions.some((action) => action !== "no-op" && action !== "read"))
      .map(({ address, change }) => `${address}: ${change.actions.join(" and ")}`)
      .sort();
  }

  async apply(stack: string): Promise<void> {
    await this.#terraform(stack, "apply -auto-approve");
  }

  async destroy(stack: string): Promise<void> {
    await this.#terraform(stack, "destroy -auto-approve");
  }

  async #terraform(stack: string, args: string, options = "-input=false -no-color"): Promise<string> {
    const { outdir, ready } = await this.#synthesise();
    const program = `"$TERRAFORM_BINARY_NAME" -chdir='${join(outdir, "stacks", stack)}'`;
    if (!ready.has(stack)) await this.#run(`${program} init -input=false -no-color`);
    ready.add(stack);
    return this.#run(`${program} ${args} ${options}`);
  }

  /** Once for each commit, however many stacks are asked for at once. */
  #synthesise(): Promise<Synthesised> {
    const commit = this.source.head;
    if (this.#synthesised?.commit !== commit) this.#synthesised = { commit, stacks: this.#synthesiseCommit(commit) };
    return this.#synthesised.stacks;
  }

  async #synthesiseCommit(commit: string): Promise<Synthesised> {
    const outdir = join(this.start.folder, "again", this.environment?.name ?? "local", commit);
    mkdirSync(outdir, { recursive: true });
    await this.#run(`CDKTF_OUTDIR='${outdir}' node tools/synth.mjs`);
    return { outdir, ready: new Set() };
  }

  #run(command: string): Promise<string> {
    const { environment } = this;
    if (!environment) return this.start.inAnotherTerminal(command);
    const variables = `ENVIRONMENT='${environment.name}' STATE_DIRECTORY='${environment.stateDirectory}'`;
    return this.start.inAnotherTerminal(`export ${variables} && ${command}`);
  }
}

/** What a commit's stacks are made of: their folder, and those that Terraform is ready for. */
interface Synthesised {
  readonly outdir: string;
  readonly ready: Set<string>;
}

interface Plan {
  readonly resource_changes: readonly { readonly address: string; readonly change: { readonly actions: string[] } }[];
}
