import { describe, expect, it } from "vitest";
import { Failure } from "../tools/failure";
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
    expect(readOptions([])).toEqual({
      once: false,
      systems: ["coffee-suppliers", "jenkins-ecs", "public-api", "user-notifications"],
      runtime: "process",
      port: 0,
      timeScale: 1,
      help: false,
    });
  });

  it("takes every option", () => {
    const args = [
      "--once",
      "--port",
      "8080",
      "-h",
      "--system",
      "jenkins-ecs",
      "--runtime",
      "docker",
      "--time-scale",
      "20",
    ];
    expect(readOptions(args)).toEqual({
      once: true,
      systems: ["jenkins-ecs"],
      runtime: "docker",
      port: 8080,
      timeScale: 20,
      help: true,
    });
  });

  it.each(["0", "65536", "80a", "", "1.5"])("refuses port %j with exit status 2", (port) => {
    const fault = refusal(`--port=${port}`);
    expect(fault.message).toMatch(`--port is "${port}"; it has to be a whole number from 1 to 65535`);
    expect(fault.status).toBe(2);
  });

  it.each(["0", "601", "1.5", "fast", ""])("refuses time scale %j with exit status 2", (scale) => {
    const fault = refusal(`--time-scale=${scale}`);
    expect(fault.message).toMatch(`--time-scale is "${scale}"; it has to be a whole number from 1 to 600`);
    expect(fault.status).toBe(2);
  });

  it.each([
    ["--system", "jenkins", "there are: coffee-suppliers, jenkins-ecs"],
    ["--runtime", "podman", "there are: process, docker"],
  ])("refuses a %s that there is not", (option, value, allowed) => {
    const fault = refusal(option, value);
    expect(fault.message).toMatch(`${option} is "${value}"; ${allowed}`);
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
