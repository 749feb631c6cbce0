import { RedisAway, type Redis, type Reply, type Step } from "../../src/engine/redis/redis.ts";

/** A way to a Redis that a test can have fail: cut off, held, or losing what is pushed. */
export class FaultyRedis implements Redis {
  /** While true, pushes are lost and nothing says so. */
  losesPushes = false;
  readonly #redis: Redis;
  readonly #watchers = new Set<(isUp: boolean) => void>();
  #isCut = false;
  #held: (() => void)[] | undefined;

  constructor(redis: Redis) {
    this.#redis = redis;
    redis.watch((isUp) => {
      if (!this.#isCut) this.#tell(isUp);
    });
  }

  get isUp(): boolean {
    return !this.#isCut && this.#redis.isUp;
  }

  /** Has everything fail, and pushes lost, until {@link mend}. */
  cut(): void {
    this.#isCut = true;
    this.#tell(false);
  }

  mend(): void {
    this.#isCut = false;
    this.#tell(true);
  }

  /** Has nothing answered, and nothing pushed, until {@link release}, as if the process stood still. */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const run of held) run();
  }

  run(step: Step, keys: readonly string[], args: readonly (string | number)[]): Promise<Reply> {
    return this.#pass(() => this.#redis.run(step, keys, args));
  }

  command(key: string, ...words: readonly (string | number)[]): Promise<Reply> {
    return this.#pass(() => this.#redis.command(key, ...words));
  }

  listen(channel: string, onPush: (payload: string) => void): Promise<() => void> {
    return this.#redis.listen(channel, (payload) => {
      if (this.losesPushes || this.#isCut) return;
      if (this.#held) this.#held.push(() => onPush(payload));
      else onPush(payload);
    });
  }

  publish(channel: string, payload: string): void {
    if (!this.#isCut) this.#redis.publish(channel, payload);
  }

  watch(listener: (isUp: boolean) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  lifeOf(key: string): Promise<string> {
    return this.#pass(() => this.#redis.lifeOf(key));
  }

  close(): Promise<void> {
    this.release();
    return this.#redis.close();
  }

  async #pass<T>(ask: () => Promise<T>): Promise<T> {
    await this.#ready();
    const answer = await ask();
    await this.#ready();
    return answer;
  }

  async #ready(): Promise<void> {
    if (this.#held) await new Promise<void>((resolve) => this.#held?.push(resolve));
    if (this.#isCut) throw new RedisAway("Cut off by the test.");
  }

  #tell(isUp: boolean): void {
    for (const watcher of this.#watchers) watcher(isUp);
  }
}
