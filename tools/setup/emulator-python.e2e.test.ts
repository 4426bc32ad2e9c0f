import { existsSync, readdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder, writeFile, writeScript } from "../testing/temporary-folder";
import { testLifetime } from "../testing/test-lifetime";
import {
  findEmulatorPython,
  findPython,
  installedPython,
  installMoto,
  interpreterOf,
  pinnedMoto,
} from "./emulator-python";

/** A project that pins moto 5.2.1. */
function project(): string {
  const root = temporaryFolder();
  writeFile(root, "local/emulator/requirements.txt", "# why\nmoto[server]==5.2.1\n");
  return root;
}

function fakePython(root: string, name: string, moto: string): string {
  return writeScript(root, name, `echo ${moto}`);
}

/** A search path with the system's own folders behind, for the shell scripts to find their tools. */
function search(root: string, ...folders: string[]) {
  return { root, path: folders.map((folder) => join(root, folder)).join(delimiter) };
}

describe("looking for the emulator's Python", () => {
  it("reads the pinned version", () => {
    expect(pinnedMoto(project())).toBe("5.2.1");
  });

  it("says so where no version is pinned", () => {
    const root = temporaryFolder();
    writeFile(root, "local/emulator/requirements.txt", "moto[server]\n");
    expect(() => pinnedMoto(root)).toThrow('it has to hold "moto[server]==X.Y.Z"');
  });

  it("takes the first python3 with exactly that version", async () => {
    const root = project();
    fakePython(root, "a/python3", "5.2.0");
    const fitting = fakePython(root, "b/python3", "5.2.1");
    expect(await findEmulatorPython(testLifetime(), search(root, "a", "b"))).toBe(fitting);
  });

  it("takes the Python that moto_server runs by", async () => {
    const root = project();
    fakePython(root, "a/python3", "''");
    const pipx = fakePython(root, "pipx/bin/python", "5.2.1");
    writeScript(root, "a/moto_server", "");
    writeFile(root, "a/moto_server", `#!${pipx}\nfrom moto.server import main\n`);
    expect(await findEmulatorPython(testLifetime(), search(root, "a"))).toBe(pipx);
  });

  it("takes that of an earlier installation", async () => {
    const root = project();
    fakePython(root, ".local/venv/bin/python", "5.2.1");
    expect(await findEmulatorPython(testLifetime(), search(root))).toBe(installedPython(root));
  });

  it("finds none where no version fits", async () => {
    const root = project();
    fakePython(root, "a/python3", "5.2.2");
    expect(await findEmulatorPython(testLifetime(), search(root, "a"))).toBeUndefined();
  });

  it.each([
    ["#!/venv/bin/python3.11\nimport moto\n", "/venv/bin/python3.11"],
    ["#!/usr/bin/env bash\n", undefined],
    ["", undefined],
  ])("reads the interpreter of %j", (text, interpreter) => {
    expect(interpreterOf(writeFile(temporaryFolder(), "script", text))).toBe(interpreter);
  });
});

describe("looking for any Python", () => {
  it("passes over one that is too old or broken", async () => {
    const root = temporaryFolder();
    writeScript(root, "old/python3", "exit 1");
    const python = writeScript(root, "good/python3", "exit 0");
    expect(await findPython(testLifetime(), search(root, "old", "good").path)).toBe(python);
  });

  it("says how to install one where there is none", async () => {
    await expect(findPython(testLifetime(), "")).rejects.toThrow(/python3, 3.10 or later, is needed.*apt-get install/s);
  });
});

/** A python3 whose `-m venv` makes a Python with this body. */
function pythonWithVenv(root: string, body: string): string {
  return writeScript(
    root,
    "python3",
    `mkdir -p "$3/bin"; printf '#!/bin/sh\\n%s\\n' '${body}' > "$3/bin/python"; chmod +x "$3/bin/python"`,
  );
}

describe("installing moto", () => {
  it("makes an environment of the project's own and lets pip fill it", async () => {
    const root = project();
    const python = pythonWithVenv(root, `echo "$*" >> ${root}/asked; echo Collecting moto`);
    const progress: string[] = [];
    const installed = await installMoto(testLifetime(), { root, python, onProgress: (text) => progress.push(text) });
    expect(installed).toBe(join(root, ".local/venv/bin/python"));
    expect(readFileSync(join(root, "asked"), "utf8")).toMatch(/^-m pip install .*-r .*requirements.txt\n$/);
    expect(progress).toEqual(["Collecting moto"]);
    expect(readdirSync(join(root, ".local"))).toEqual(["venv"]);
  });

  it("repeats pip's last words and leaves nothing when pip fails", async () => {
    const root = project();
    const python = pythonWithVenv(root, "echo WARNING: again >&2; echo ERROR: no package index >&2; exit 1");
    await expect(installMoto(testLifetime(), { root, python })).rejects.toThrow(
      /pip install of .*requirements.txt failed: it exited with status 1\nERROR: no package index\nto try it by hand: .*python3 -m venv/,
    );
    expect(existsSync(join(root, ".local/venv"))).toBe(false);
    expect(readdirSync(join(root, ".local"))).toEqual([]);
  });

  it("names the package to install when there is no venv module", async () => {
    const root = project();
    const python = writeScript(root, "python3", "echo No module named venv >&2; exit 1");
    await expect(installMoto(testLifetime(), { root, python })).rejects.toThrow(
      /No module named venv\n.*apt-get install python3-venv/,
    );
  });
});
