import { RelayProcess } from "../support/relay-process.ts";
import { Balancer } from "../support/balancer.ts";
import { audit, type Findings } from "./audit.ts";
import { Client, Poster, type Person } from "./people.ts";
import { HASTY, PATIENT } from "./stage.ts";

/** How a {@link Troupe} is set. */
export interface TroupeOptions {
  /** For `--redis`. */
  redis: string;
  relays?: number;
  /** The address of a relay's Redis, where it is another than that of the rest: that of a proxy. */
  redisOf?: (relay: number) => string;
  /** Settings besides those that keep limits out of the way. */
  env?: Readonly<Record<string, string>>;
}

/** Relays that share a Redis, a balancer before them, and people who come to any of them. All of it ends together. */
export class Troupe {
  readonly relays: readonly RelayProcess[];
  readonly balancer: Balancer;
  readonly #clients: Client[] = [];

  private constructor(relays: readonly RelayProcess[], balancer: Balancer) {
    this.relays = relays;
    this.balancer = balancer;
  }

  static async start({ redis, relays = 2, redisOf, env = {} }: TroupeOptions): Promise<Troupe> {
    const started = await Promise.all(
      Array.from({ length: relays }, (_, at) =>
        RelayProcess.start({
          args: ["--redis", redisOf?.(at) ?? redis],
          env: { ...PATIENT, ...env },
          hasData: false,
        }),
      ),
    );
    return new Troupe(started, await Balancer.start(started.map(({ url }) => url)));
  }

  /** One of the relays. */
  relay(at: number): RelayProcess {
    const relay = this.relays[at];
    if (!relay) throw new Error(`There is no relay ${at}.`);
    return relay;
  }

  /** Somebody who reads; by the balancer, or at one relay. */
  client(sub: string, room: string, at?: number, options: Partial<Person> = {}): Client {
    return this.#add(new Client({ ...HASTY, url: this.#url(at), sub, room, ...options }));
  }

  /** Somebody who posts; by the balancer, or at one relay. */
  poster(sub: string, room: string, at?: number, options: Partial<Person> = {}): Poster {
    return this.#add(new Poster({ ...HASTY, url: this.#url(at), sub, room, ...options }));
  }

  /** Holds what everybody in some rooms was told against what the log holds, as a relay tells it. */
  audit(...rooms: readonly string[]): Promise<Findings> {
    const clients = this.#clients.filter(({ room }) => rooms.includes(room));
    return audit(this.relay(0).url, clients);
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.close();
    await this.balancer.close();
    await Promise.all(this.relays.map((relay) => relay.close()));
  }

  #add<C extends Client>(client: C): C {
    this.#clients.push(client);
    return client;
  }

  #url(at: number | undefined): string {
    return at === undefined ? this.balancer.url : this.relay(at).url;
  }
}
