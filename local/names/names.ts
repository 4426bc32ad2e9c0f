import { chmodSync, copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Lifetime } from "../../tools/processes/lifetime";
import type { Task } from "../agent/task";
import type { View, ViewTask } from "../cloud/view";
import type { ServedListener } from "../routes";
import { addressBook, namespaceOf, type Place, type ServedPort } from "./address-book";
import type { Forwarders } from "./forwarders";
import { NAMES_MODULE, NamesFile } from "./names-file";

const LOOPBACK = "127.0.0.1";

/** A port of AWS that is served on a port of the loopback interface. */
type LocalPort = Omit<ServedPort, "at"> & { readonly localPort: number };

/** What the names lead to, as it is now. */
export interface NamesSources {
  /** The tasks that run. */
  readonly tasks: () => readonly Pick<Task, "view" | "placeOf">[];
  /** The listeners that are served. */
  readonly listeners: () => readonly ServedListener[];
  /** What else of AWS is served here, on ports of the loopback interface. */
  readonly others: readonly LocalPort[];
  readonly onFault: (error: unknown) => void;
}

export interface NamesOptions extends NamesSources {
  /** Nothing is written after its end. */
  readonly lifetime: Lifetime;
  /** The run's file: for the processes of this machine. */
  readonly file: string;
  /** Folder for what containers need: their file and the module. Only where containers run. */
  readonly containers?: { readonly folder: string; readonly forwarders: Forwarders } | undefined;
}

type Tellers = Pick<View, "names" | "tasks">;

/** Keeps the address books of a run up to date: that of this machine's processes, and that of its containers. */
export class Names {
  readonly #namespaces = new Set<string>();
  readonly #machine: NamesFile;
  readonly #containers: NamesFile | undefined;
  #view: Tellers = { names: [], tasks: [] };
  #work: Promise<void> = Promise.resolve();

  constructor(private readonly options: NamesOptions) {
    this.#machine = new NamesFile(options.file);
    this.#containers = options.containers && containersFile(options.containers.folder);
  }

  /** Writes what is known now. @param view the newest one. @default the one before */
  update(view: Tellers = this.#view): void {
    if (this.options.lifetime.signal.aborted) return;
    this.#view = view;
    // Also when the last of its names is gone: what is below it does not exist then.
    for (const name of view.names) {
      const namespace = namespaceOf(name);
      if (namespace !== undefined) this.#namespaces.add(namespace);
    }
    this.#write();
    // In the order in which they came.
    this.#work = this.#work.then(() => this.#writeForContainers()).catch(this.options.onFault);
  }

  #write(): void {
    const served = this.#served().map(({ localPort, ...one }) => ({ ...one, at: onLoopback(localPort) }));
    this.#machine.write(this.#book(served, "machine"));
  }

  async #writeForContainers(): Promise<void> {
    const { containers } = this.options;
    if (!containers) return;
    const served = this.#served().map(async ({ localPort, ...one }) => ({
      ...one,
      at: await containers.forwarders.to(localPort),
    }));
    this.#containers?.write(this.#book(await Promise.all(served), "containers"));
  }

  #book(served: readonly ServedPort[], from: "machine" | "containers") {
    const staying = new Set(this.#view.tasks.filter(isStaying).map(({ arn }) => arn));
    const tasks = new Map(this.options.tasks().map((task) => [task.view.arn, task]));
    return addressBook({
      names: this.#view.names,
      namespaces: this.#namespaces,
      served,
      placeOf: (arn, container, port) =>
        staying.has(arn) ? tasks.get(arn)?.placeOf(container, port, from) : undefined,
    });
  }

  #served(): readonly LocalPort[] {
    const listeners = this.options.listeners().filter(({ listener }) => listener.protocol === "HTTP");
    const ofBalancers = listeners.map(({ loadBalancer, listener, port }) => ({
      hosts: [loadBalancer.dnsName, ...loadBalancer.aliases],
      port: listener.port,
      localPort: port,
    }));
    return [...ofBalancers, ...this.options.others];
  }
}

function isStaying({ desired }: ViewTask): boolean {
  return desired === "run";
}

function onLoopback(port: number): Place {
  return { address: LOOPBACK, port };
}

/** A folder, for a file that is mounted stays the file that it was when another one takes its name. */
function containersFile(folder: string): NamesFile {
  mkdirSync(folder, { recursive: true });
  // Containers run as nobody special, and the person may have a umask that keeps everybody out.
  chmodSync(folder, 0o755);
  const module = join(folder, "use-names.mjs");
  copyFileSync(NAMES_MODULE, module);
  chmodSync(module, 0o644);
  return new NamesFile(join(folder, "names.json"));
}
