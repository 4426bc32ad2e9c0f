import { main } from "./main";

// A terminal that was closed takes no output.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
// No `await` here: the bundle is CommonJS, which starts sooner.
void main(process.argv.slice(2), { root: process.cwd() }).then((status) => {
  process.exitCode = status;
  // After Ctrl-C, a call that AWS does not answer would keep the process for minutes. What was written comes first.
  process.stdout.write("", () => process.stderr.write("", () => process.exit()));
});
