import { systemClock, type Clock } from "../../../src/clock.ts";
import type { Audit, Bus, RoomItem, RoomKey } from "../../../src/engine/engine.ts";
import { MemoryBus } from "../../../src/engine/memory/memory-bus.ts";
import { connectRedis } from "../../../src/engine/redis/connection.ts";
import { Keys } from "../../../src/engine/redis/keys.ts";
import { readPush } from "../../../src/engine/redis/push.ts";
import { RedisAudit } from "../../../src/engine/redis/redis-audit.ts";
import { RedisMarkers } from "../../../src/engine/redis/redis-markers.ts";
import { RedisPresence } from "../../../src/engine/redis/redis-presence.ts";
import { RelayLease } from "../../../src/engine/redis/relay-lease.ts";
import { RedisRevocations } from "../../../src/engine/redis/redis-revocations.ts";
import { silentLog } from "../../../src/telemetry/log.ts";
import { FaultyRedis } from "../../doubles/faulty-redis.ts";

/** What one relay has of the Redis engine beside its log. */
export interface RedisParts {
  redis: FaultyRedis;
  bus: Bus;
  presence: RedisPresence;
  markers: RedisMarkers;
  revocations: RedisRevocations;
  audit: Audit;
  close: () => Promise<void>;
}

/** Those parts on a Redis, with the plainest bus that brings them what is pushed. */
export async function redisParts({
  port,
  clock = systemClock,
  auditAgeMs = Infinity,
  prefix = "natter:",
  leaseMs,
}: {
  port: number;
  clock?: Clock;
  auditAgeMs?: number;
  prefix?: string;
  leaseMs?: number;
}): Promise<RedisParts> {
  const line = await connectRedis({ url: `redis://127.0.0.1:${port}`, prefix }, silentLog);
  const redis = new FaultyRedis(line);
  const keys = new Keys(prefix);
  const local = new MemoryBus();
  const channelOf = (room: RoomKey): string => keys.room(room, "bus");
  const tell = (room: RoomKey, item: RoomItem): void => local.publish(room, item);
  const parts = { redis, keys, clock, channelOf };
  const lease = await RelayLease.open({ redis, keys, clock, ...(leaseMs !== undefined && { leaseMs }) });
  const presence = new RedisPresence({ ...parts, lease, tell });
  const markers = new RedisMarkers(parts);
  const revocations = new RedisRevocations(parts);
  const audit = new RedisAudit({ ...parts, auditAgeMs });
  const bus: Bus = {
    publish: tell,
    tap: (listener) => local.tap(listener),
    subscribe: async (room, listener) => {
      const stopLocal = await local.subscribe(room, listener);
      const unfollow = presence.follow(room);
      const stop = await redis.listen(channelOf(room), (text) => {
        const push = readPush(text);
        if (push?.type === "presence") presence.onPush(room, push);
        if (push?.type === "item") tell(room, push.item);
      });
      return () => {
        stop();
        unfollow();
        stopLocal();
      };
    },
  };
  const close = async (): Promise<void> => {
    revocations.close();
    await markers.close();
    await lease.close(await presence.close());
    await redis.close();
  };
  return { redis, bus, presence, markers, revocations, audit, close };
}
