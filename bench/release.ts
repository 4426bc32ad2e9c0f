import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MeddlingProxy } from "../jenkins/testing/meddling-proxy";
import { ROOT, SmallCloud } from "../jenkins/testing/small-cloud";
import { Lifetime } from "../tools/processes/lifetime";
import { prepare } from "../tools/setup/prepare";
import { recordingTerminal } from "../tools/testing/recording-terminal";
import { type Command, median, record, report, time, timeInTurn } from "./measure";

const ROUNDS = 3;

/** Size of the task definition that is rendered, in bytes: the largest that ECS takes. */
const RENDERED_BYTES = 64 * 1_024;

/**
 * Prints how long a release takes, without build and push, against the original pipeline's six steps in a shell script, in
 * the same emulator; and how long `render` takes for the largest task definition.
 */
export async function benchRelease(): Promise<void> {
  const lifetime = new Lifetime();
  const folder = mkdtempSync(join(tmpdir(), "release-bench-"));
  try {
    const { python } = await prepare({ root: ROOT, lifetime, terminal: recordingTerminal().terminal });
    process.env.EMULATOR_PYTHON = python;
    const program = join(folder, "release.cjs");
    await time({ name: "build", args: ["node", join(ROOT, "jenkins/build.mjs"), program], cwd: ROOT });
    await benchRender(folder, program);
    await benchDeploy(program);
  } finally {
    await lifetime.end();
    rmSync(folder, { recursive: true });
  }
}

async function benchRender(folder: string, program: string): Promise<void> {
  const file = join(folder, "task-definition.json");
  const variable = (index: number) => ({ name: `VARIABLE_${index}`, value: "x".repeat(40) });
  const container = { name: "cart", image: "registry.example/shop/cart:1" };
  const definition = (count: number) => ({
    family: "cart",
    containerDefinitions: [{ ...container, environment: Array.from({ length: count }, (_, index) => variable(index)) }],
  });
  let count = 1;
  while (JSON.stringify(definition(count)).length < RENDERED_BYTES) count++;
  writeFileSync(file, JSON.stringify(definition(count)));
  const image = "registry.example/shop/cart:2";
  const args = ["node", program, "render", "--task-definition", file, "--image", image] as const;
  const commands: readonly Command[] = [
    { name: "render", args: [...args], cwd: ROOT },
    { name: "node", args: ["node", "-e", "0"], cwd: ROOT },
  ];
  const [rendered = [], bare = []] = await timeInTurn(commands, ROUNDS);
  report("render of 64 KiB, with the start of node", median(rendered), "s", 0.1);
  record("of which node's own start", median(bare), "s");
}

async function benchDeploy(program: string): Promise<void> {
  const cloud = await SmallCloud.start();
  const proxy = new MeddlingProxy(cloud.emulatorUrl);
  try {
    await proxy.start();
    const seconds: Record<string, number[]> = { seed: [], started: [], released: [] };
    const calls: Record<string, number> = {};
    const environment = cloud.variables(proxy.url) as Record<string, string>;
    const tagOf = (name: string, round: number) => `${name}-${round}`;
    const commands = (round: number): readonly Command[] => [
      {
        name: "seed",
        args: [
          join(ROOT, "bench/seed-release.sh"),
          cloud.cluster,
          cloud.service.name,
          cloud.names.family,
          join(ROOT, "apps/service-b/service.json"),
          cloud.imageOf(tagOf("seed", round)),
        ],
        cwd: ROOT,
      },
      ...["started", "released"].map((name): Command => {
        const more = name === "started" ? ["--no-wait"] : [];
        return {
          name,
          args: ["node", program, "deploy", cloud.service.name, "--image-tag", tagOf(name, round), ...more],
          cwd: ROOT,
        };
      }),
    ];
    for (let round = 0; round <= ROUNDS; round++) {
      for (const command of commands(round)) {
        await cloud.push(tagOf(command.name, round));
        await cloud.settled();
        proxy.reset();
        const taken = await time({ ...command, environment });
        calls[command.name] = proxy.calls.length;
        if (round > 0) seconds[command.name]?.push(taken);
      }
    }
    await cloud.settled();
    const { seed = [], started = [], released = [] } = seconds;
    report("release, until the update, against the six steps", median(started) / median(seed), "", 0.2);
    report("release, until the new revision serves, against them", median(released) / median(seed), "", 1);
    record("release, until the new revision serves", median(released), "s");
    record("calls of AWS of a release", calls.released ?? Number.NaN, "");
    const shown = (name: string, values: readonly number[]) =>
      `${name} ${median(values).toFixed(2)} s and ${calls[name]} calls of AWS`;
    console.log(`  ${shown("seed", seed)}; ${shown("started", started)}; ${shown("released", released)}`);
  } finally {
    await proxy.end();
    await cloud.end();
  }
}
