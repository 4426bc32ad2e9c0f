import { checkAccount } from "./checks/account";
import { checkAlarms } from "./checks/alarms";
import { checkApi } from "./checks/api";
import { checkDatabase } from "./checks/database";
import { checkDns } from "./checks/dns";
import { checkInstances } from "./checks/instances";
import { checkMail } from "./checks/mail";
import { checkEnvironmentName } from "./checks/names";
import { checkNetwork } from "./checks/network";
import { checkPipelines } from "./checks/pipelines";
import { checkQuotas } from "./checks/quotas";
import { type EnvironmentFile, environmentSchema } from "./environment";
import type { Fault } from "./faults";
import type { Finding, Salvaged } from "./finding";
import { checkShape } from "./shape";
import { listFolder, readJsonFile, toFault } from "./sources";
import { nearest } from "./suggest";

const ENVIRONMENTS = "config/environments";

/** An environment file as far as it could be read. */
export interface LoadedEnvironment {
  /** Undefined when there is no such environment. */
  readonly name: string | undefined;
  readonly file: string;
  readonly raw: unknown;
  readonly value: EnvironmentFile | undefined;
  readonly salvaged: Salvaged<EnvironmentFile>;
  readonly faults: readonly Fault[];
}

/** The names of the environments that there are, sorted. */
export function listEnvironments(root: string): readonly string[] {
  return listFolder(root, ENVIRONMENTS)
    .filter((entry) => entry.endsWith(".json"))
    .map((entry) => entry.slice(0, -".json".length))
    .sort();
}

/** Reads and checks the file of an environment. */
export function loadEnvironment(root: string, name: string): LoadedEnvironment {
  const file = `${ENVIRONMENTS}/${name}.json`;
  const nothing = { file, raw: undefined, value: undefined, salvaged: {} };
  const known = listEnvironments(root);
  if (!known.includes(name)) return { ...nothing, name: undefined, faults: [unknownEnvironment(name, known)] };
  const read = readJsonFile(root, file);
  if ("fault" in read) return { ...nothing, name, faults: [read.fault] };
  const { findings, value, salvaged = {} } = checkShape(environmentSchema, read.raw);
  const all: readonly Finding[] = [
    ...findings,
    ...checkEnvironmentName(name, salvaged),
    ...checkAccount(salvaged),
    ...checkNetwork(salvaged),
    ...checkDns(salvaged),
    ...checkInstances(salvaged),
    ...checkDatabase(salvaged),
    ...checkMail(salvaged),
    ...checkApi(salvaged),
    ...checkAlarms(salvaged),
    ...checkQuotas(salvaged),
    ...checkPipelines(salvaged, {
      name,
      known,
      read: (other) => (known.includes(other) ? readShape(root, other) : undefined),
    }),
  ];
  const faults = all.map((finding) => toFault(finding, [{ file, raw: read.raw, prefix: [] }]));
  return { name, file, raw: read.raw, value, salvaged, faults };
}

/** Another environment as far as it can be read; what is wrong with it is told when it is loaded itself. */
function readShape(root: string, name: string): Salvaged<EnvironmentFile> {
  const read = readJsonFile(root, `${ENVIRONMENTS}/${name}.json`);
  return "fault" in read ? {} : (checkShape(environmentSchema, read.raw).salvaged ?? {});
}

function unknownEnvironment(name: string, known: readonly string[]): Fault {
  const meant = nearest(name, known);
  return {
    file: ENVIRONMENTS,
    path: "$",
    given: JSON.stringify(name),
    problem: `there is no environment ${JSON.stringify(name)}`,
    allowed: known.map((other) => JSON.stringify(other)).join(", ") || "nothing: the folder holds no environment",
    mend: meant
      ? `did you mean ${JSON.stringify(meant)}?`
      : "set ENVIRONMENT to one of these, or write a file for a new one into this folder",
  };
}
