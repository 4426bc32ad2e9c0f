import { mkdirSync, symlinkSync } from "node:fs";
import { basename, isAbsolute, join } from "node:path";
import { Failure } from "../../tools/failure";
import { executablesOnPath } from "../../tools/setup/executables";

/** What a shell script may expect of every image, however small (the common part of coreutils and busybox). */
export const BASIC_PROGRAMS: readonly string[] = [
  ...["sh", "awk", "basename", "cat", "chmod", "cp", "cut", "date", "dirname", "echo", "env", "expr", "false", "find"],
  ...["grep", "head", "id", "ls", "mkdir", "mktemp", "mv", "printf", "pwd", "readlink", "rm", "rmdir", "sed", "sleep"],
  ...["sort", "stat", "tail", "tee", "test", "touch", "tr", "true", "uname", "uniq", "wc", "xargs"],
];

/**
 * A folder for each container that holds links to the programs of its image, and nothing else. Gives the folders by the
 * names of the containers.
 *
 * @param containers programs by container: a name, looked for on `searchPath`, or the absolute path of a file, which gets its
 * own name
 * @throws Failure where a program is not on this machine
 */
export function containerFolders(
  folder: string,
  containers: Readonly<Record<string, readonly string[]>>,
  searchPath = process.env.PATH,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(containers).map(([container, programs]) => {
      const programFolder = join(folder, container);
      mkdirSync(programFolder, { recursive: true });
      for (const program of new Set(programs)) {
        symlinkSync(fileOf(program, container, searchPath), join(programFolder, basename(program)));
      }
      return [container, programFolder];
    }),
  );
}

function fileOf(program: string, container: string, searchPath: string | undefined): string {
  if (isAbsolute(program)) return program;
  const [file] = executablesOnPath(program, searchPath);
  if (file) return file;
  throw new Failure(`container "${container}" needs the program "${program}", which is not on the PATH: install it`, 2);
}
