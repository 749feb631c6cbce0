import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/**
 * What stands before several relays, as nginx would: each connection goes to the next of them that accepts it. It is
 * sticky to nothing.
 */
export class Balancer {
  readonly host = "127.0.0.1";
  readonly port: number;
  readonly #server: Server;
  readonly #targets: readonly URL[];
  readonly #sockets = new Set<Socket>();
  #next = 0;

  private constructor(server: Server, targets: readonly URL[]) {
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
    this.#targets = targets;
    server.on("connection", (client) => void this.#serve(client));
  }

  /** @param urls where the relays are, whether they run or not */
  static async start(urls: readonly string[]): Promise<Balancer> {
    const server = createServer({ pauseOnConnect: true });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", resolve);
    });
    return new Balancer(
      server,
      urls.map((url) => new URL(url)),
    );
  }

  get url(): string {
    return `http://${this.host}:${this.port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #serve(client: Socket): Promise<void> {
    this.#keep(client);
    const from = this.#next++;
    for (let tried = 0; tried < this.#targets.length; tried++) {
      const target = this.#targets[(from + tried) % this.#targets.length] as URL;
      const relay = await reach(target);
      if (!relay) continue;
      this.#keep(relay);
      if (client.destroyed) relay.destroy();
      client.pipe(relay).pipe(client);
      client.once("close", () => relay.destroy());
      relay.once("close", () => client.destroy());
      client.resume();
      return;
    }
    client.destroy();
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => this.#sockets.delete(socket));
  }
}

/** A connection to a relay; undefined if nobody listens there now. */
function reach({ hostname, port }: URL): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once("connect", () => {
      socket.removeAllListeners("error");
      resolve(socket);
    });
    socket.once("error", () => resolve(undefined));
  });
}
