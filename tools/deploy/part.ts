import { changeSince } from "../affected/change";
import type { Work } from "./command";

/** The stacks that a deployment is of. */
export interface Part {
  readonly isEmpty: boolean;
  /** Whether a stack is one of them, by its name. */
  has(stack: string): boolean;
}

const EVERYTHING: Part = { isEmpty: false, has: () => true };

/**
 * What is to be deployed: everything, or what has changed since the commit that was deployed last, which the person is told.
 *
 * @throws Failure with status 2 where git does not know the commit; nothing was changed then
 */
export async function chosenPart({ deployment, options }: Pick<Work, "deployment" | "options">): Promise<Part> {
  const { since } = options;
  if (since === undefined) return EVERYTHING;
  const { root, environment, lifetime, terminal } = deployment;
  const { commit, environments } = await changeSince({
    root,
    since,
    environments: [environment.name],
    lifetime,
    terminal,
  });
  const { stacks = [], removedStacks = [] } = environments[environment.name] ?? {};
  for (const { name, why } of stacks) terminal.done(`to be deployed: ${name}`, why[0]);
  for (const { name } of removedStacks) {
    terminal.warn(
      `stack ${name} is no more, but what it has made is: destroy it from the commit that has it: ` +
        `ENVIRONMENT=${environment.name} npx cdktf destroy ${name}, in a working tree of ${commit}`,
    );
  }
  if (stacks.length === 0) terminal.done(`no stack of ${environment.name} has changed since ${since}`);
  const names = new Set(stacks.map(({ name }) => name));
  return { isEmpty: names.size === 0, has: (stack) => names.has(stack) };
}
