import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { NpmStart } from "./npm-start";

/** Runs Terraform on stacks of a run, as the configuration of its repository makes them at that moment. */
export class Stacks {
  /** @param environment the one whose stacks they are. @default the one that `npm start` deploys */
  constructor(
    private readonly start: NpmStart,
    private readonly environment?: { readonly name: string; readonly stateDirectory: string },
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
    const outdir = join(this.start.folder, `again-${this.environment?.name ?? "local"}`);
    mkdirSync(outdir, { recursive: true });
    await this.#run(`CDKTF_OUTDIR='${outdir}' node tools/synth.mjs`);
    const program = `"$TERRAFORM_BINARY_NAME" -chdir='${join(outdir, "stacks", stack)}'`;
    await this.#run(`${program} init -input=false -no-color`);
    return this.#run(`${program} ${args} ${options}`);
  }

  #run(command: string): Promise<string> {
    const { environment } = this;
    if (!environment) return this.start.inAnotherTerminal(command);
    const variables = `ENVIRONMENT='${environment.name}' STATE_DIRECTORY='${environment.stateDirectory}'`;
    return this.start.inAnotherTerminal(`export ${variables} && ${command}`);
  }
}

interface Plan {
  readonly resource_changes: readonly { readonly address: string; readonly change: { readonly actions: string[] } }[];
}
