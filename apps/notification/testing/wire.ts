import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** What leads to a server: it can be cut and mended in no time, which a server that ends and starts can not. */
export class Wire {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isCut = false;

  private constructor(target: { readonly host: string; readonly port: number }) {
    this.#server = createServer((socket) => {
      this.#keep(socket);
      if (this.#isCut) {
        socket.destroy();
        return;
      }
      const onward = this.#keep(connect(target.port, target.host));
      socket.pipe(onward).pipe(socket);
      socket.once("close", () => onward.destroy());
      onward.once("close", () => socket.destroy());
    });
  }

  /** Leads from a free port of loopback to a server. */
  static async to(target: { readonly host: string; readonly port: number }): Promise<Wire> {
    const wire = new Wire(target);
    await new Promise<void>((resolve) => wire.#server.listen(0, "127.0.0.1", resolve));
    return wire;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Breaks all connections, and each that is made from now on. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#isCut = false;
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    return socket.on("error", () => undefined).once("close", () => this.#sockets.delete(socket));
  }
}
