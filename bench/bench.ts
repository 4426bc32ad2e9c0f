import { benchApp } from "./app";
import { benchLoadBalancer } from "./load-balancer";
import { benchOutbox } from "./outbox";
import { benchRelease } from "./release";
import { benchRollout } from "./rollout";
import { benchStart } from "./start";
import { benchSuppliers } from "./suppliers";
import { benchSynth } from "./synth";
import { benchToken } from "./token";

const BENCHES = {
  synth: benchSynth,
  start: benchStart,
  "load-balancer": benchLoadBalancer,
  app: benchApp,
  rollout: benchRollout,
  release: benchRelease,
  suppliers: benchSuppliers,
  outbox: benchOutbox,
  token: benchToken,
};

/** `npm run bench [-- NAME ...]`: all by default. */
async function main(wanted: readonly string[]): Promise<number> {
  const unknown = wanted.filter((name) => !(name in BENCHES));
  if (unknown.length > 0) {
    console.error(`unknown benchmark ${unknown.join(", ")}; there are: ${Object.keys(BENCHES).join(", ")}`);
    return 2;
  }
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.log(`\n${name}`);
    await bench();
  }
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
