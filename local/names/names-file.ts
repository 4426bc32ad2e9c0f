import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { AddressBook } from "./address-book";

/** The variable that tells a process where its address book is. */
export const NAMES_VARIABLE = "EXPRESS_ON_ECS_NAMES";

/** To be preloaded (`node --import`) into a process that is to find the names of the address book. */
export const NAMES_MODULE = fileURLToPath(new URL("use-names.mjs", import.meta.url));

/** Addresses are no secret. */
const READABLE = 0o644;

/** The address book in a file. */
export function readNames(file: string): AddressBook {
  return JSON.parse(readFileSync(file, "utf8"));
}

/** An address book in a file. A reader sees the old one or the new one, never half of it. */
export class NamesFile {
  #written = "";

  /** @param path file, in a folder that is made */
  constructor(readonly path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.write({ names: {}, endpoints: {}, namespaces: [] });
  }

  write(book: AddressBook): void {
    const text = JSON.stringify(book, undefined, 2);
    if (text === this.#written) return;
    writeFileSync(`${this.path}.new`, text);
    // Containers run as nobody special: whatever the person's umask, they have to be able to read it.
    chmodSync(`${this.path}.new`, READABLE);
    renameSync(`${this.path}.new`, this.path);
    this.#written = text;
  }
}
