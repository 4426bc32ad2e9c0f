import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder, writeFile } from "../testing/temporary-folder";
import { MARK } from "./draw";
import { writeFiles } from "./write-files";

const OURS = `<!-- ${MARK} -->\n<svg/>`;
const files = new Map([["network.svg", OURS]]);

describe("the files of pictures", () => {
  it("are written into a folder that is made for them", () => {
    const folder = join(temporaryFolder(), "a/b");
    writeFiles(folder, files, { complete: true });
    expect(readFileSync(join(folder, "network.svg"), "utf8")).toBe(OURS);
  });

  it("replace their own, and take away those of a stack that is no more", () => {
    const folder = temporaryFolder();
    writeFile(folder, "network.svg", `<!-- ${MARK} -->\nold`);
    writeFile(folder, "former.svg", OURS);
    writeFile(folder, "notes.md", "# mine");
    writeFiles(folder, files, { complete: true });
    expect(readdirSync(folder).sort()).toEqual(["network.svg", "notes.md"]);
    expect(readFileSync(join(folder, "network.svg"), "utf8")).toBe(OURS);
  });

  it("of one stack leave those of the others", () => {
    const folder = temporaryFolder();
    writeFile(folder, "mail.svg", OURS);
    writeFiles(folder, files, { complete: false });
    expect(readdirSync(folder).sort()).toEqual(["mail.svg", "network.svg"]);
  });

  it("do not replace a file of somebody else, and then none is written", () => {
    const folder = temporaryFolder();
    const file = writeFile(folder, "network.svg", "<svg>mine</svg>");
    expect(() => writeFiles(folder, new Map([["a.svg", OURS], ...files]), { complete: true })).toThrow(
      `${file} was not made by npm run diagram, and would be replaced; move it away, or give another folder with --out; nothing was written`,
    );
    expect(readdirSync(folder)).toEqual(["network.svg"]);
  });

  it("do not go into a file", () => {
    const file = writeFile(temporaryFolder(), "out", "text");
    expect(() => writeFiles(file, files, { complete: true })).toThrow(
      `--out ${file} is a file; give a folder, which is made if it is missing`,
    );
  });

  it("do not go below a file", () => {
    const file = writeFile(temporaryFolder(), "out", "text");
    expect(() => writeFiles(join(file, "in"), files, { complete: true })).toThrow(
      /^the folder .*\/out\/in cannot be made: .*; give another with --out$/,
    );
  });
});
