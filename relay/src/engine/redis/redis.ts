/** What a Redis is asked for by the parts of the engine, whichever way it is deployed: alone, with Sentinel, or as a Cluster. */
export interface Redis {
  /**
   * Runs one atomic step. All keys of a step are in one slot.
   *
   * @returns what the script returned: numbers, texts, null, and lists of those
   * @throws RedisAway when Redis cannot be reached just now; nothing is known then of whether the step was taken
   */
  run(step: Step, keys: readonly string[], args: readonly (string | number)[]): Promise<Reply>;
  /** Sends one command to where `key` is served. Throws as {@link run} does. */
  command(key: string, ...words: readonly (string | number)[]): Promise<Reply>;
  /**
   * Listens to a channel (sharded publish and subscribe; its name holds the hash tag of its slot). Resolves when
   * it is subscribed. A push may be lost whenever the line is; nothing says so.
   */
  listen(channel: string, onPush: (payload: string) => void): Promise<() => void>;
  /** Publishes to a channel, in the order of the calls; lost when Redis is away. */
  publish(channel: string, payload: string): void;
  /** False from the moment a line to Redis is lost until it is there again. */
  readonly isUp: boolean;
  /** Hears each change of {@link isUp}. Returns what stops it. */
  watch(listener: (isUp: boolean) => void): () => void;
  /**
   * Names the life of the server that serves a key: another name means that what was stored may be gone in part
   * (a restart that may have lost the last writes, a failover). The same name means that nothing was lost by that.
   */
  lifeOf(key: string): Promise<string>;
  close(): Promise<void>;
}

/** A Lua function of ours. It is sent whole once, and named by its digest after that. */
export interface Step {
  name: string;
  lua: string;
}

/** What a step or a command gives back. */
export type Reply = string | number | null | Reply[];

/** Redis cannot be reached, or refuses to store just now. */
export class RedisAway extends Error {
  override readonly name = "RedisAway";
}
