import { BRANCH, GITHUB_REPOSITORY } from "../../modules/aws/github-forms";
import type { EnvironmentFile } from "../environment";
import type { Finding, Salvaged } from "../finding";
import { nearest } from "../suggest";
import { checkMailAddresses } from "./mail-addresses";

const PRODUCTION = ["pipelines", "production"] as const;
const APPROVERS = ["pipelines", "approvers"] as const;

/** Where the environment stands among the others. */
export interface Environments {
  /** Name of the environment that is checked. */
  readonly name: string;
  /** Names of all environments. */
  readonly known: readonly string[];
  /** An environment as far as it can be read; undefined when there is none of this name. */
  readonly read: (name: string) => Salvaged<EnvironmentFile> | undefined;
}

/** Where the pipelines of an environment lead to, and who is asked on the way. */
export function checkPipelines(environment: Salvaged<EnvironmentFile>, environments: Environments): readonly Finding[] {
  const { pipelines } = environment;
  if (!pipelines) return [];
  const { production, approvers } = pipelines;
  return [
    ...(production === undefined ? [] : checkProduction(environment, production, environments)),
    ...checkMailAddresses(approvers, APPROVERS),
    ...checkGithub(pipelines.github),
  ];
}

function checkGithub(github: NonNullable<Salvaged<EnvironmentFile>["pipelines"]>["github"]): readonly Finding[] {
  const { repository, branch } = github ?? {};
  const findings: Finding[] = [];
  if (repository !== undefined && !GITHUB_REPOSITORY.fits(repository)) {
    const meant = /github\.com[/:]([^/]+\/[^/]+?)(\.git)?\/?$/.exec(repository)?.[1];
    findings.push({
      at: [["pipelines", "github", "repository"]],
      problem: "is not a repository of GitHub",
      allowed: GITHUB_REPOSITORY.allowed,
      mend:
        meant && GITHUB_REPOSITORY.fits(meant)
          ? `write ${JSON.stringify(meant)}`
          : "write them as its address has them after github.com/",
    });
  }
  if (branch !== undefined && !BRANCH.fits(branch)) {
    findings.push({
      at: [["pipelines", "github", "branch"]],
      problem: "is not the name of a branch",
      allowed: BRANCH.allowed,
      mend: 'write for example "main"',
    });
  }
  return findings;
}

function checkProduction(
  environment: Salvaged<EnvironmentFile>,
  production: string,
  { name, known, read }: Environments,
): readonly Finding[] {
  const others = known.filter((other) => other !== name);
  const allowed = others.map((other) => JSON.stringify(other)).join(", ") || "nothing: there is no other environment";
  if (production === name) {
    return [
      {
        at: [PRODUCTION],
        problem: "is this environment itself: nothing would be tried before it is approved",
        allowed,
        mend: "name another environment",
      },
    ];
  }
  const target = read(production);
  if (!target) {
    const meant = nearest(production, others);
    return [
      {
        at: [PRODUCTION],
        problem: `there is no environment ${JSON.stringify(production)}`,
        allowed,
        mend: meant
          ? `did you mean ${JSON.stringify(meant)}?`
          : "name one of these, or write a file for a new environment",
      },
    ];
  }
  return [...elsewhere(environment, target, production), ...sameDomain(environment, target, production)];
}

/** One set of pipelines works with one account in one Region; an image goes from repository to repository there. */
function elsewhere(
  environment: Salvaged<EnvironmentFile>,
  target: Salvaged<EnvironmentFile>,
  production: string,
): readonly Finding[] {
  const apart = (["region", "accountId", "emulated"] as const).find((key) => environment[key] !== target[key]);
  // Without a Region the file has a fault of its own, which is told when it is loaded.
  if (apart === undefined || environment.region === undefined || target.region === undefined) return [];
  const shown = ({ [apart]: value }: Salvaged<EnvironmentFile>) =>
    value === undefined ? "none" : JSON.stringify(value);
  return [
    {
      at: [PRODUCTION, [apart]],
      problem: `${JSON.stringify(production)} has another ${JSON.stringify(apart)}: ${shown(target)}, and not ${shown(environment)}`,
      allowed: "an environment of the same account and Region: a pipeline deploys to both",
      mend: `write the same ${JSON.stringify(apart)} in both, or name another environment`,
    },
  ];
}

function sameDomain(
  { mail, region }: Salvaged<EnvironmentFile>,
  target: Salvaged<EnvironmentFile>,
  production: string,
): readonly Finding[] {
  if (mail?.domain === undefined || mail.domain !== target.mail?.domain || region !== target.region) return [];
  return [
    {
      at: [["mail", "domain"]],
      problem: `is the domain of ${JSON.stringify(production)}, too, and SES has one identity for a domain in an account and Region`,
      allowed: "a domain of its own for each of the two",
      mend: `write for example ${JSON.stringify(`dev.${mail.domain}`)}`,
    },
  ];
}
