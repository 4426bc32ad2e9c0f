import { rmSync } from "node:fs";
import { join } from "node:path";
import { Lifetime } from "../../tools/processes/lifetime";
import { record, report } from "../measure";
import { generateProject } from "./generate";
import { doublingRatio, growthExponent, type Point } from "./growth";
import { type Provision, provision } from "./provision";
import { type Synthesis, synthesise } from "./synthesis";

const ROOT = join(import.meta.dirname, "../..");
const FOLDER = join(ROOT, ".local/bench/scale");

/** Numbers of services whose synthesis is measured; the last two tell what twice as many take. */
const SYNTHESISED = [2, 10, 100, 500, 1_000];
const MOST = 1_000;

/**
 * Numbers that are applied, one after the other, into one stack. A group has one dashboard, which has room for 70 services, so
 * a hundred services are two stacks, of which each takes what one of fifty takes.
 */
const APPLIED = [2, 10, 50];

const MS_PER_SERVICE = 6;
const MEMORY_MIB = 400;
const DOUBLING_RATIO = 2.2;

/**
 * Prints how synthesis, plan and apply grow with the number of services: generated ones, in groups, which are stacks of their
 * own.
 */
export async function benchScale(): Promise<void> {
  const lifetime = new Lifetime();
  rmSync(FOLDER, { recursive: true, force: true });
  try {
    await benchSynthesis();
    tellProvisions(await provision(lifetime, { root: ROOT, folder: FOLDER, numbers: APPLIED }));
  } finally {
    await lifetime.end();
    rmSync(FOLDER, { recursive: true, force: true });
  }
}

interface Measured {
  readonly services: number;
  readonly synthesis: Synthesis;
}

async function benchSynthesis(): Promise<void> {
  const measured: Measured[] = [];
  const folder = join(FOLDER, "synthesis");
  for (const services of SYNTHESISED) {
    generateProject({ root: ROOT, folder, services });
    // The first makes the bundle and what V8 keeps of it, where they are stale.
    if (measured.length === 0) await synthesise(ROOT, folder);
    measured.push({ services, synthesis: await synthesise(ROOT, folder) });
  }
  console.log("  services  stacks  resources     JSON    memory   synthesis");
  for (const { services, synthesis } of measured) {
    const { stacks, resources, jsonMiB, memoryMiB, seconds } = synthesis;
    const cells = [
      String(services).padStart(10),
      String(stacks).padStart(8),
      String(resources).padStart(11),
      `${jsonMiB.toFixed(1)} MiB`.padStart(11),
      `${memoryMiB.toFixed(0)} MiB`.padStart(10),
      `${seconds.toFixed(2)} s`.padStart(10),
    ];
    console.log(cells.join(""));
  }
  tellGrowth(measured);
}

function tellGrowth(measured: readonly Measured[]): void {
  const of = (value: (synthesis: Synthesis) => number): Point[] =>
    measured.map(({ services, synthesis }) => ({ services, value: value(synthesis) }));
  const seconds = of((synthesis) => synthesis.seconds);
  for (const { services, value } of seconds) record(`synthesis of ${services} services`, value, "s");
  const most = measured.find(({ services }) => services === MOST)?.synthesis;
  if (!most) throw new Error(`${MOST} services were not synthesised`);
  record(`stacks of ${MOST} services`, most.stacks, "");
  record(`resources of ${MOST} services`, most.resources, "");
  record(`JSON of ${MOST} services`, most.jsonMiB, "MiB");
  record("growth of the synthesis: exponent of the number of services", growthExponent(seconds), "");
  record("growth of the JSON", growthExponent(of(({ jsonMiB }) => jsonMiB)), "");
  report(`synthesis of ${MOST} services against ${MOST / 2}`, doublingRatio(seconds, MOST), "", DOUBLING_RATIO);
  report(`synthesis of ${MOST} services, for each`, (1_000 * most.seconds) / MOST, "ms", MS_PER_SERVICE);
  report(`memory of the synthesis of ${MOST} services`, most.memoryMiB, "MiB", MEMORY_MIB);
}

function tellProvisions(provisions: readonly Provision[]): void {
  for (const { services, applySeconds, planSeconds } of provisions) {
    const before = provisions.filter((other) => other.services < services).at(-1)?.services;
    const what = before === undefined ? "from nothing" : `from ${before}`;
    record(`terraform apply of a group, ${what} to ${services} services`, applySeconds, "s");
    record(`terraform plan of a group of ${services} services, no change`, planSeconds, "s");
  }
  const plans = provisions.map(({ services, planSeconds }) => ({ services, value: planSeconds }));
  record("growth of the plan of a group", growthExponent(plans), "");
}
