import { fileURLToPath } from "node:url";
import { Failure, Interrupted } from "../../../tools/failure";
import type { Lifetime } from "../../../tools/processes/lifetime";
import { readCommandLine } from "../command-line";
import { Output } from "../output";
import { runCommand } from "../run-command";
import type { FakeAws } from "./fake-aws";
import { recordingScreen } from "./recording-screen";

export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** How a command ended: 130 where it was interrupted. */
export interface Ended {
  readonly status: number;
  /** What went wrong; empty where nothing did. */
  readonly message: string;
  /** What it printed. */
  readonly written: string;
}

/** Where a command is run. */
export interface Place {
  readonly service: string;
  readonly aws: FakeAws;
  readonly lifetime: Lifetime;
}

/** Runs a command on a service of the environment `local`: its name, and its options. */
export async function runOn(place: Place, command: string, options: readonly string[]): Promise<Ended> {
  const { service, aws, lifetime } = place;
  const line = readCommandLine([command, service, "--env", "local", ...options]);
  if ("help" in line) throw new Error("help was asked for");
  const screen = recordingScreen();
  const output = new Output(line.switches.has("json"), screen, screen);
  const { settings } = aws;
  try {
    await runCommand({ root: ROOT, line, output, lifetime, variables: { BUILD_NUMBER: "2" }, settings });
    return { status: 0, message: "", written: screen.written() };
  } catch (error) {
    const written = screen.written();
    if (error instanceof Interrupted) return { status: 130, message: error.message, written };
    if (error instanceof Failure) return { status: error.status, message: error.message, written };
    throw error;
  }
}
