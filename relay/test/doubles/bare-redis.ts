import { createClient, type RedisClientType } from "@redis/client";
import { RedisAway, type Redis, type Reply, type Step } from "../../src/engine/redis/redis.ts";

/** A line to one Redis, which a test can have fail: cut off, held, or losing what is pushed. */
export class BareRedis implements Redis {
  /** While true, pushes are lost and nothing says so. */
  losesPushes = false;
  /** Steps and commands that were answered. */
  answered = 0;
  readonly #client: RedisClientType;
  readonly #subscriber: RedisClientType;
  readonly #watchers = new Set<(isUp: boolean) => void>();
  #isUp = true;
  #held: (() => void)[] | undefined;

  private constructor(client: RedisClientType, subscriber: RedisClientType) {
    this.#client = client;
    this.#subscriber = subscriber;
  }

  static async open(port: number): Promise<BareRedis> {
    const make = (): RedisClientType =>
      createClient({ socket: { host: "127.0.0.1", port }, RESP: 2, disableClientInfo: true }) as never;
    const [client, subscriber] = [make(), make()];
    for (const each of [client, subscriber]) each.on("error", () => {});
    await Promise.all([client.connect(), subscriber.connect()]);
    return new BareRedis(client, subscriber);
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Has everything fail, and pushes lost, until {@link mend}. */
  cut(): void {
    this.#isUp = false;
    for (const watcher of this.#watchers) watcher(false);
  }

  mend(): void {
    this.#isUp = true;
    for (const watcher of this.#watchers) watcher(true);
  }

  /** Has nothing answered, and nothing pushed, until {@link release}: the process stands still. */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const run of held) run();
  }

  run(step: Step, keys: readonly string[], args: readonly (string | number)[]): Promise<Reply> {
    return this.#send(["EVAL", step.lua, keys.length, ...keys, ...args]);
  }

  command(_key: string, ...words: readonly (string | number)[]): Promise<Reply> {
    return this.#send(words);
  }

  async listen(channel: string, onPush: (payload: string) => void): Promise<() => void> {
    const listener = (payload: string): void => {
      if (this.losesPushes || !this.#isUp) return;
      if (this.#held) this.#held.push(() => onPush(payload));
      else onPush(payload);
    };
    await this.#subscriber.sSubscribe(channel, listener);
    return () => void this.#subscriber.sUnsubscribe(channel, listener).catch(() => undefined);
  }

  publish(channel: string, payload: string): void {
    void this.#send(["SPUBLISH", channel, payload]).catch(() => undefined);
  }

  watch(listener: (isUp: boolean) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  lifeOf(): Promise<string> {
    return Promise.resolve("");
  }

  async close(): Promise<void> {
    this.#isUp = false;
    this.release();
    this.#client.destroy();
    this.#subscriber.destroy();
    await Promise.resolve();
  }

  async #send(words: readonly (string | number)[]): Promise<Reply> {
    if (this.#held) await new Promise<void>((resolve) => this.#held?.push(resolve));
    if (!this.#isUp) throw new RedisAway("Cut off.");
    let reply: Reply;
    try {
      reply = await this.#client.sendCommand<Reply>(words.map(String));
    } catch (cause) {
      if (process.env["SHOW"]) console.error(cause);
      throw new RedisAway("Failed.", { cause });
    }
    this.answered++;
    if (this.#held) await new Promise<void>((resolve) => this.#held?.push(resolve));
    if (!this.#isUp) throw new RedisAway("Cut off.");
    return reply;
  }
}
