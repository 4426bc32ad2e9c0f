import { describe, expect, it } from "vitest";
import { Failure } from "./failure";
import { readOptions } from "./options";

function refusal(...args: string[]): Failure {
  try {
    readOptions(args);
  } catch (error) {
    if (error instanceof Failure) return error;
  }
  throw new Error("nothing was refused");
}

describe("the command line of npm start", () => {
  it("asks for nothing by default", () => {
    expect(readOptions([])).toEqual({ once: false, port: 0, help: false });
  });

  it("takes every option", () => {
    expect(readOptions(["--once", "--port", "8080", "-h"])).toEqual({ once: true, port: 8080, help: true });
  });

  it.each(["0", "65536", "80a", "", "1.5"])("refuses port %j with exit status 2", (port) => {
    const fault = refusal(`--port=${port}`);
    expect(fault.message).toMatch(`--port is "${port}"; it has to be a whole number from 1 to 65535`);
    expect(fault.status).toBe(2);
  });

  it("refuses an unknown option by name, and says what is known", () => {
    const fault = refusal("--onec");
    expect(fault.message).toMatch(/^unknown option '--onec'\n\nusage: npm start/);
    expect(fault.status).toBe(2);
  });

  it("refuses an argument that is no option", () => {
    expect(refusal("prod").message).toMatch(/^unexpected argument 'prod'/);
  });
});
