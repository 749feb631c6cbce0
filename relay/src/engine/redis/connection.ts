import { systemClock, type Clock } from "../../clock.ts";
import type { Log } from "../../telemetry/log.ts";
import { ClusterRedis } from "./cluster.ts";
import { Keys } from "./keys.ts";
import { readRedisUrl, shownUrl, type Credentials, type Deployment } from "./redis-url.ts";
import { RedisAway, type Redis } from "./redis.ts";
import { findMaster } from "./sentinels.ts";
import { SingleRedis } from "./single.ts";
import type { Manner } from "./wire.ts";

export interface ConnectOptions {
  /** See `readRedisUrl` for what it may look like. */
  url: string;
  /** What all our keys begin with; one of them keeps the name of the server's life. */
  prefix: string;
  /** How long a Redis may take to answer anything before its outcome counts as unknown, in ms. */
  answerMs?: number;
  /** How long a Redis that is not there is waited for at the start, in ms: whoever starts us tries again. */
  startMs?: number;
  clock?: Clock;
}

/** How long an answer may take: the stall that people notice, and not that of a disk that syncs. */
const ANSWER_MS = 2000;
const START_MS = 5000;

/**
 * Connects to a Redis, and stays connected until it is closed: each line that is lost is made anew for ever, with
 * pauses that grow to 2 s. While one is away everything fails at once; nothing is kept to be sent later.
 *
 * **What a life is.** {@link Redis.lifeOf} gives a name that stays the same only as long as nothing can have been
 * lost. A server that is started anew has another run id, and what it lost it cannot tell. So the name changes with
 * the run id, unless all of this holds: the server writes down each command and syncs that before it answers
 * (`appendonly yes`, `appendfsync always`, `no-appendfsync-on-rewrite no`), did so already in the run before, and
 * never was a replica that was promoted (its `master_replid2` is zeros). That it did so before is known from the
 * witness, a key in the same Redis that names run and life: it goes wherever the data goes, comes back with an old
 * backup (which a relay that was there meanwhile notices by the number of runs), and is gone after a `FLUSHALL`.
 * All relays read the same witness, so they agree on the name. Where CONFIG may not be read nothing is proven, and
 * the name changes with each run.
 *
 * In a Cluster each master has a life of its own, by its run id and the id of its replication, which changes when it
 * is promoted. There is no witness, for slots move and keys with them: each restart is another life.
 *
 * @throws RedisAway, as a rejection, with a sentence for the operator when Redis cannot be had at the start
 */
export async function connectRedis(options: ConnectOptions, log: Log): Promise<Redis> {
  const { url, prefix, answerMs = ANSWER_MS, startMs = START_MS, clock = systemClock } = options;
  const deployment = readRedisUrl(url);
  if (typeof deployment === "string") throw new RedisAway(`The URL of Redis must be ${deployment}.`);
  const redis = makeRedis(deployment, { prefix, answerMs, clock, log });
  redis.open();
  try {
    await untilUp(redis, startMs, clock);
  } catch (error) {
    await redis.close();
    throw error;
  }
  log.info({ redis: shownUrl(deployment) }, "Redis is connected.");
  return redis;
}

interface Making {
  prefix: string;
  answerMs: number;
  clock: Clock;
  log: Log;
}

function makeRedis(deployment: Deployment, making: Making): SingleRedis | ClusterRedis {
  const { prefix, log } = making;
  const witness = new Keys(prefix).all("witness");
  switch (deployment.kind) {
    case "alone": {
      const { place } = deployment;
      const manner = mannerOf(deployment, deployment, deployment.database, making);
      return new SingleRedis({ manner, find: async () => place, canMove: false, witness, log });
    }
    case "sentinel": {
      const { sentinels, master, toSentinels, database } = deployment;
      const manner = mannerOf(deployment, deployment, database, making);
      const asking = mannerOf(deployment, toSentinels, 0, making);
      const find = () => findMaster(sentinels, master, asking);
      return new SingleRedis({ manner, find, canMove: true, witness, log });
    }
    case "cluster": {
      const manner = mannerOf(deployment, deployment, 0, making);
      return new ClusterRedis({ manner, seeds: deployment.seeds, log });
    }
  }
}

/** How to speak to servers of a deployment. */
export function mannerOf(
  { isSecure }: Deployment,
  { user, password }: Credentials,
  database: number,
  { answerMs, clock }: Pick<Making, "answerMs" | "clock">,
): Manner {
  return { credentials: { user, password }, isSecure, database, answerMs, clock };
}

/** Waits until a Redis is there; not where waiting is of no use. */
function untilUp(redis: SingleRedis | ClusterRedis, startMs: number, clock: Clock): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (error?: Error): void => {
      callOff();
      stop();
      if (error) reject(error);
      else resolve();
    };
    const refusal = (): RedisAway => new RedisAway(redis.fault?.sentence ?? "Redis does not answer.");
    const callOff = clock.after(startMs, () => finish(refusal()));
    const stop = redis.onChange(() => {
      if (redis.isUp) finish();
      else if (redis.fault?.isLasting) finish(refusal());
    });
  });
}
