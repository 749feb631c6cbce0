import type { Clock } from "../../clock.ts";
import { systemClock } from "../../clock.ts";
import type { Engine, RoomKey } from "../engine.ts";
import { Retentions, type Retention } from "../retention.ts";
import { Forgetter } from "./forgetter.ts";
import { Keys } from "./keys.ts";
import type { Redis } from "./redis.ts";
import { RedisAudit } from "./redis-audit.ts";
import { RedisBus } from "./redis-bus.ts";
import { RedisCensus } from "./redis-census.ts";
import { RedisLog } from "./redis-log.ts";
import { RedisMarkers } from "./redis-markers.ts";
import { RedisOutbox } from "./redis-outbox.ts";
import { RedisPresence } from "./redis-presence.ts";
import { RedisRegistry } from "./redis-registry.ts";
import { RedisRevocations } from "./redis-revocations.ts";
import { RelayLease } from "./relay-lease.ts";
import { RoomIndex } from "./room-index.ts";
import { RoomSteps } from "./room-steps.ts";

/**
 * An engine over Redis, for any number of relays.
 *
 * @param options.prefix what all keys begin with
 * @param options.relayId names this relay to the others; another for each process
 * @param options.leaseMs how long the members of a relay stay that has died
 * @param options.onFault told what went wrong in the background; it is tried again
 */
export async function redisEngine({
  redis,
  prefix,
  retention,
  relayId,
  clock = systemClock,
  auditAgeMs = Infinity,
  leaseMs,
  onFault = () => {},
}: {
  redis: Redis;
  prefix: string;
  retention: Retention;
  relayId: string;
  clock?: Clock;
  auditAgeMs?: number;
  leaseMs?: number;
  onFault?: (error: unknown) => void;
}): Promise<Engine> {
  const keys = new Keys(prefix);
  const retentions = new Retentions(retention);
  const steps = new RoomSteps({ redis, keys, clock, retentions });
  const channelOf = (room: RoomKey): string => steps.channel(room);
  const parts = { redis, keys, clock, channelOf };
  const index = new RoomIndex(redis, keys, clock);
  const audit = new RedisAudit({ ...parts, auditAgeMs });
  const outbox = new RedisOutbox({ ...parts, relayId });
  const markers = new RedisMarkers(parts);
  const revocations = new RedisRevocations(parts);
  const log = new RedisLog(steps, {
    onRoom: async (room) => void (await Promise.all([index.add(room), outbox.expect(room)])),
    onRecord: (app, record) => audit.record(app, record),
    onStored: (room, epoch, events) => {
      // A log that begins may be one of a Redis that has lost all, index and all.
      if (events[0]?.seq === 1) index.doubt(room);
      bus.onStored(room, epoch, events);
      outbox.stir(room);
    },
    onDropped: (room, epoch) => {
      bus.onDropped(room, epoch);
      outbox.stir(room);
    },
  });
  const lease = await RelayLease.open({ redis, keys, clock, ...(leaseMs !== undefined && { leaseMs }) });
  const census = new RedisCensus({ redis, keys, clock, lease });
  const presence = new RedisPresence({
    ...parts,
    lease,
    tell: (room, item) => bus.tellHere(room, item),
  });
  const bus = new RedisBus({ ...parts, log, relayId, presence, onFault });
  const forgetter = new Forgetter({ ...parts, steps, index, log, bus, audit, markers, onFault });
  return {
    durability: "redis: what is stored survives what its Redis is set to survive",
    log,
    bus,
    presence,
    markers,
    revocations,
    census,
    registry: new RedisRegistry({ steps, index, log, forgetter, audit, markers }),
    audit,
    outbox,
    retain: (changed) => Promise.resolve(retentions.change(changed)),
    async close() {
      forgetter.close();
      revocations.close();
      await log.close();
      await outbox.close();
      await markers.close();
      await census.close();
      await lease.close(await presence.close());
      bus.close();
      await redis.close();
    },
  };
}
