import { SECRET } from "../support/raw-client.ts";
import { RelayProcess } from "../support/relay-process.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { audit, type Findings } from "./audit.ts";
import { Client, Poster, type Person } from "./people.ts";

/** Rates and replays out of the way: these tests are about loss, not about patience. */
export const PATIENT: Readonly<Record<string, string>> = {
  NATTER_SECRET: SECRET,
  NATTER_LOG_LEVEL: "error",
  NATTER_BYTES_PER_SECOND: "1000000000",
  NATTER_BYTES_BURST: "1000000000",
  NATTER_JOINS_PER_SECOND: "100000",
  NATTER_JOINS_BURST: "100000",
  NATTER_HISTORY_PER_SECOND: "100000",
  NATTER_HISTORY_BURST: "100000",
  NATTER_POSTS_PER_SECOND: "100000",
  NATTER_POSTS_BURST: "100000",
  NATTER_PACKETS_PER_SECOND: "100000",
  NATTER_PACKETS_BURST: "100000",
  NATTER_REPLAY_EVENTS: "100000",
};

/** For whom the waits between two lines are milliseconds instead of seconds. */
export const HASTY = { random: () => 0.0002 } as const;

/** A built relay in a process of its own, proxies before it, and people on both. All of it ends together. */
export class Stage {
  readonly relay: RelayProcess;
  readonly #proxies: TcpProxy[] = [];
  readonly #clients: Client[] = [];

  private constructor(relay: RelayProcess) {
    this.relay = relay;
  }

  /** @param env settings of the relay besides {@link PATIENT} */
  static async start(env: Readonly<Record<string, string>> = {}): Promise<Stage> {
    return new Stage(await RelayProcess.start({ args: [], env: { ...PATIENT, ...env } }));
  }

  /** Another proxy before the relay. */
  async proxy(): Promise<TcpProxy> {
    const { hostname, port } = new URL(this.relay.url);
    const proxy = await TcpProxy.start({ host: hostname, port: Number(port) });
    this.#proxies.push(proxy);
    return proxy;
  }

  /** Somebody who reads; through a proxy if one is given. */
  client(sub: string, room: string, by?: TcpProxy, options: Partial<Person> = {}): Client {
    const client = new Client({ url: this.#urlBy(by), sub, room, ...options });
    this.#clients.push(client);
    return client;
  }

  /** Somebody who posts; through a proxy if one is given. */
  poster(sub: string, room: string, by?: TcpProxy, options: Partial<Person> = {}): Poster {
    const poster = new Poster({ url: this.#urlBy(by), sub, room, ...options });
    this.#clients.push(poster);
    return poster;
  }

  /** Holds what everybody in some rooms was told against what the relay's log holds. */
  audit(...rooms: readonly string[]): Promise<Findings> {
    return audit(
      this.relay.url,
      this.#clients.filter(({ room }) => rooms.includes(room)),
    );
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.close();
    await Promise.all(this.#proxies.map((proxy) => proxy.close()));
    await this.relay.close();
  }

  #urlBy(proxy: TcpProxy | undefined): string {
    return proxy ? `http://${proxy.host}:${proxy.port}` : this.relay.url;
  }
}

/** What an audit finds when nothing is wrong. */
export const ALL_WELL = { lost: [], doubled: [], disordered: [], missed: [], unlike: [] } as const;
