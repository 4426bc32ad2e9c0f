import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { describe, expect, it } from "vitest";

/** One test of the emulator's own suite, which is Python's unittest. */
interface PythonTest {
  readonly name: string;
  readonly outcome: string;
}

interface PythonRun {
  readonly tests: readonly PythonTest[];
  readonly status: number | null;
  /** Everything that was printed: tracebacks of failures among it. */
  readonly output: string;
}

/** All test files, in two runs side by side: the one with Terraform, which waits most of its time, and the others. */
const PATTERNS = ["test_t*.py", "test_[!t]*.py"];

/** `unittest -v` prints `test_name (module.Class.test_name) ... ok`; a docstring puts the outcome on a second line. */
async function runPythonTests(pattern: string): Promise<PythonRun> {
  const python = process.env.EMULATOR_PYTHON ?? "python3";
  const child = spawn(python, ["-m", "unittest", "discover", "-s", "local/emulator/tests", "-p", pattern, "-v"], {
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
    stdio: ["ignore", "inherit", "pipe"],
  });
  const lines: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => lines.push(line));
  const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { tests: lines.flatMap(parseLine), status, output: lines.join("\n") };
}

function parseLine(line: string): PythonTest[] {
  const match = /^(test_\w+) \((?:\w+\.)?(\w+)(?:\.\w+)?\).* \.\.\. (\S.*)$/.exec(line);
  return match ? [{ name: `${match[2]}: ${match[1]?.slice(5).replaceAll("_", " ")}`, outcome: match[3] ?? "" }] : [];
}

const runs = await Promise.all(PATTERNS.map(runPythonTests));

describe.each(runs)("the emulator", ({ tests, status, output }) => {
  it.each(tests)("$name", ({ outcome }) => {
    expect(outcome, outcome === "ok" ? "" : output).toBe("ok");
  });

  it("passes its own suite as a whole", () => {
    expect(status, output).toBe(0);
    expect(output).toMatch(new RegExp(`^Ran ${tests.length} tests`, "m"));
  });
});
