import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { Flow } from "./tcp-flow.ts";

/** `up`: from who connected to the server behind the proxy; `down`: the other way. */
export type Direction = "up" | "down";

/** How a line ends before its time: with a FIN to both sides, or with an RST. */
export type Ending = "cut" | "reset";

/**
 * What can be done to a line. Bytes are never changed and keep their order; nothing here knows what they mean.
 * Where a direction may be named and is not, both are meant.
 */
export interface LineControls {
  /** Ends the line with a FIN to both sides. What has come and was not passed on is lost. */
  cut(): void;
  /** Breaks the line with an RST to both sides. */
  reset(): void;
  /** Ends the line once so many bytes more have passed, wherever in a frame that is; `Infinity` takes it back. */
  endAfter(bytes: number, direction: Direction, ending?: Ending): void;
  /** Passes nothing, not even an end, while TCP stays open: a half-open line. */
  stall(direction?: Direction): void;
  /** Ends a stall: all that waited passes. */
  resume(direction?: Direction): void;
  /** Takes all bytes that come and passes none of them. The stream has a hole then: what is left is to end it. */
  discard(direction: Direction): void;
  /** Holds everything for so long on its way; 0 takes it back. */
  delay(ms: number, direction?: Direction): void;
  /** Passes so many bytes a second; `Infinity` takes it back. */
  throttle(bytesPerSecond: number, direction?: Direction): void;
}

/** One connection through a proxy. */
export class ProxiedConnection implements LineControls {
  /** Resolves when both sides are gone. */
  readonly closed: Promise<void>;
  readonly #sockets: readonly Socket[];
  readonly #flows: Record<Direction, Flow>;
  readonly #endings: Record<Direction, Ending> = { up: "cut", down: "cut" };

  constructor(client: Socket, server: Socket) {
    this.#sockets = [client, server];
    this.#flows = {
      up: new Flow(client, server, () => this[this.#endings.up]()),
      down: new Flow(server, client, () => this[this.#endings.down]()),
    };
    this.closed = Promise.all(this.#sockets.map(untilClosed)).then(() => {});
  }

  /** Bytes that have passed so far. */
  passedBytes(direction: Direction): number {
    return this.#flows[direction].passedBytes;
  }

  cut(): void {
    this.#finish((socket) => socket.end());
  }

  reset(): void {
    this.#finish((socket) => socket.resetAndDestroy());
  }

  /** Lets go of both sockets at once. */
  destroy(): void {
    this.#finish((socket) => socket.destroy());
  }

  endAfter(bytes: number, direction: Direction, ending: Ending = "cut"): void {
    this.#endings[direction] = ending;
    this.#flows[direction].allow(bytes);
  }

  stall(direction?: Direction): void {
    for (const each of directions(direction)) this.#flows[each].stall();
  }

  resume(direction?: Direction): void {
    for (const each of directions(direction)) this.#flows[each].resume();
  }

  discard(direction: Direction): void {
    this.#flows[direction].discard();
  }

  delay(ms: number, direction?: Direction): void {
    for (const each of directions(direction)) this.#flows[each].delay(ms);
  }

  throttle(bytesPerSecond: number, direction?: Direction): void {
    for (const each of directions(direction)) this.#flows[each].throttle(bytesPerSecond);
  }

  #finish(end: (socket: Socket) => void): void {
    for (const each of directions()) this.#flows[each].finish();
    this.#sockets.forEach(end);
  }
}

/**
 * A TCP proxy on a free port of the loopback interface, between anything and a server, that treats lines badly.
 *
 * Its own controls hold for every connection that is open. `endAfter`, `stall`, `delay` and `throttle` hold for
 * those that are made later, too, until they are taken back.
 */
export class TcpProxy implements LineControls {
  /** Where it listens. */
  readonly host = "127.0.0.1";
  readonly port: number;
  /** Told of each connection before its first byte passes, with how many there were before; to plan its end. */
  onConnection: ((connection: ProxiedConnection, before: number) => void) | undefined;
  readonly #server: Server;
  readonly #target: { host: string; port: number };
  readonly #open = new Set<ProxiedConnection>();
  /** What holds for every connection to come, by what it is called. */
  readonly #standing = new Map<string, (connection: ProxiedConnection) => void>();
  #count = 0;
  #isRefusing = false;

  private constructor(server: Server, target: { host: string; port: number }) {
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
    this.#target = target;
    server.on("connection", (client) => this.#accept(client));
  }

  /** Starts a proxy before `target`; nothing is connected there before somebody connects here. */
  static async start(target: { host: string; port: number }): Promise<TcpProxy> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", resolve);
    });
    return new TcpProxy(server, target);
  }

  /** The connections that are open, the oldest first. */
  get connections(): readonly ProxiedConnection[] {
    return [...this.#open];
  }

  /** How many connections there were so far, without those that were refused. */
  get count(): number {
    return this.#count;
  }

  /** From now on who connects is reset at once; or, with `false`, no longer. */
  refuse(isRefusing = true): void {
    this.#isRefusing = isRefusing;
  }

  cut(): void {
    for (const connection of this.#open) connection.cut();
  }

  reset(): void {
    for (const connection of this.#open) connection.reset();
  }

  endAfter(bytes: number, direction: Direction, ending?: Ending): void {
    this.#impose(`end ${direction}`, (connection) => connection.endAfter(bytes, direction, ending));
  }

  stall(direction?: Direction): void {
    for (const each of directions(direction))
      this.#impose(`stall ${each}`, (connection) => connection.stall(each));
  }

  resume(direction?: Direction): void {
    for (const each of directions(direction)) this.#standing.delete(`stall ${each}`);
    for (const connection of this.#open) connection.resume(direction);
  }

  discard(direction: Direction): void {
    for (const connection of this.#open) connection.discard(direction);
  }

  delay(ms: number, direction?: Direction): void {
    for (const each of directions(direction))
      this.#impose(`delay ${each}`, (connection) => connection.delay(ms, each));
  }

  throttle(bytesPerSecond: number, direction?: Direction): void {
    for (const each of directions(direction)) {
      this.#impose(`throttle ${each}`, (connection) => connection.throttle(bytesPerSecond, each));
    }
  }

  /** Ends all connections and listens no more. Closing twice is harmless. */
  async close(): Promise<void> {
    const closed = this.connections.map((connection) => connection.closed);
    if (this.#server.listening)
      closed.push(new Promise((resolve) => void this.#server.close(() => resolve())));
    for (const connection of this.#open) connection.destroy();
    await Promise.all(closed);
  }

  #accept(client: Socket): void {
    if (this.#isRefusing) {
      // Unheard it would end the process.
      client.on("error", () => {});
      return void client.resetAndDestroy();
    }
    const server = connect({ ...this.#target, allowHalfOpen: true, noDelay: true });
    const connection = new ProxiedConnection(client, server);
    this.#open.add(connection);
    void connection.closed.then(() => this.#open.delete(connection));
    for (const impose of this.#standing.values()) impose(connection);
    this.#count++;
    this.onConnection?.(connection, this.#count - 1);
  }

  #impose(name: string, impose: (connection: ProxiedConnection) => void): void {
    this.#standing.set(name, impose);
    for (const connection of this.#open) impose(connection);
  }
}

function directions(direction?: Direction): readonly Direction[] {
  return direction ? [direction] : ["up", "down"];
}

function untilClosed(socket: Socket): Promise<void> {
  return new Promise((resolve) => void socket.once("close", () => resolve()));
}
