import { type ParseArgsConfig, parseArgs } from "node:util";
import { Failure } from "../../../tools/failure";
import { parseFault } from "../../../tools/usage-fault";

/** What the stand-in for `docker` is asked to do. */
export type DockerCommand =
  | { readonly does: "version" }
  | { readonly does: "build"; readonly app: string; readonly version: string; readonly images: readonly string[] }
  | { readonly does: "tag"; readonly image: string; readonly target: string }
  | { readonly does: "push" | "pull"; readonly image: string; readonly quiet: boolean }
  | { readonly does: "login" | "logout"; readonly registry: string };

const KNOWN = `Without a container engine, a bundle stands for an image, and \`docker\` for what builds need of it:
  docker version
  docker build --file apps/APP/Dockerfile --build-arg VERSION=TAG --tag IMAGE .
  docker tag IMAGE IMAGE
  docker push [--quiet] IMAGE
  docker pull [--quiet] IMAGE
  docker login --username AWS --password-stdin REGISTRY
  docker logout REGISTRY
With \`npm start -- --runtime docker\` it is the real one.`;

/** Reads a command line of `docker`. @throws Failure for all that is not known here */
export function readDockerCommand(args: readonly string[]): DockerCommand {
  const [command, ...rest] = args;
  const found = COMMANDS.get(command ?? "")?.(rest);
  if (found) return found;
  throw new Failure(`docker ${args.join(" ")}: not known here. ${KNOWN}`);
}

type Read = (args: readonly string[]) => DockerCommand | undefined;

const COMMANDS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ["version", (args) => (args.length === 0 ? { does: "version" } : undefined)],
  ["build", readBuild],
  ["tag", readTag],
  ["push", (args) => readImage("push", args)],
  ["pull", (args) => readImage("pull", args)],
  ["login", readLogin],
  ["logout", readLogout],
]);

function readBuild(args: readonly string[]): DockerCommand | undefined {
  const { values, positionals } = parse(args, {
    file: { type: "string", short: "f" },
    "build-arg": { type: "string" },
    tag: { type: "string", short: "t", multiple: true },
  });
  const { file, tag: images, "build-arg": argument } = values;
  const app = /^(?:\.\/)?apps\/([^/]+)\/Dockerfile$/.exec(file ?? "")?.[1];
  const version = /^VERSION=(.+)$/.exec(argument ?? "")?.[1];
  if (!app || !version || !images || positionals.join() !== ".") return undefined;
  return { does: "build", app, version, images };
}

function readTag(args: readonly string[]): DockerCommand | undefined {
  const [image, target] = parse(args, {}).positionals;
  return image && target && args.length === 2 ? { does: "tag", image, target } : undefined;
}

function readImage(does: "push" | "pull", args: readonly string[]): DockerCommand | undefined {
  const { values, positionals } = parse(args, { quiet: { type: "boolean", short: "q", default: false } });
  const [image] = positionals;
  return image && positionals.length === 1 ? { does, image, quiet: values.quiet } : undefined;
}

function readLogin(args: readonly string[]): DockerCommand | undefined {
  const { values, positionals } = parse(args, {
    username: { type: "string", short: "u" },
    "password-stdin": { type: "boolean", default: false },
  });
  const [registry] = positionals;
  if (!registry || positionals.length > 1 || values.username !== "AWS" || !values["password-stdin"]) return undefined;
  return { does: "login", registry };
}

function readLogout(args: readonly string[]): DockerCommand | undefined {
  const [registry] = parse(args, {}).positionals;
  return registry && args.length === 1 ? { does: "logout", registry } : undefined;
}

function parse<Options extends NonNullable<ParseArgsConfig["options"]>>(args: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new Failure(`docker: ${parseFault(error)}. ${KNOWN}`);
  }
}

/** The parts of an image's name. @throws Failure for one without a registry or a tag */
export function readImageName(image: string): { registry: string; repository: string; tag: string } {
  const [, registry, repository, tag] = /^([^/]+)\/([^:@]+):([^:@/]+)$/.exec(image) ?? [];
  if (registry && repository && tag) return { registry, repository, tag };
  throw new Failure(`"${image}" is no image of a registry; allowed is REGISTRY/REPOSITORY:TAG`);
}
