import { Lifetime } from "../../tools/processes/lifetime";
import { ProcessRuntime } from "./process-runtime";

/** A runner of its own, for a test to kill: `runner.fixture.ts FOLDER COMMAND...` runs the command as a container. */
const [folder = "", ...command] = process.argv.slice(2);
const runtime = new ProcessRuntime({ lifetime: new Lifetime(), bundleOf: () => folder });
await runtime.start({
  taskArn: "",
  name: "cart",
  definition: { command },
  environment: {},
  host: "127.0.0.1",
  ports: [],
  log: `${folder}/log`,
});
setInterval(() => undefined, 1_000);
