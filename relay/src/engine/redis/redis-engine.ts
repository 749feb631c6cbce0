import type { Clock } from "../../clock.ts";
import { systemClock } from "../../clock.ts";
import type { Engine } from "../engine.ts";
import { MemoryAudit } from "../memory/memory-audit.ts";
import { MemoryMarkers } from "../memory/memory-markers.ts";
import { MemoryOutbox } from "../memory/memory-outbox.ts";
import { MemoryPresence } from "../memory/memory-presence.ts";
import { MemoryRevocations } from "../memory/memory-revocations.ts";
import { Retentions, type Retention } from "../retention.ts";
import { Forgetter } from "./forgetter.ts";
import { Keys } from "./keys.ts";
import type { Redis } from "./redis.ts";
import { RedisBus } from "./redis-bus.ts";
import { RedisLog } from "./redis-log.ts";
import { RedisRegistry } from "./redis-registry.ts";
import { RoomIndex } from "./room-index.ts";
import { RoomSteps } from "./room-steps.ts";

/**
 * An engine over Redis, for any number of relays.
 *
 * @param options.prefix what all keys begin with
 * @param options.relayId names this relay to the others; another for each process
 * @param options.onFault told what went wrong in the background; it is tried again
 */
export function redisEngine({
  redis,
  prefix,
  retention,
  relayId,
  clock = systemClock,
  auditAgeMs = Infinity,
  onFault = () => {},
}: {
  redis: Redis;
  prefix: string;
  retention: Retention;
  relayId: string;
  clock?: Clock;
  auditAgeMs?: number;
  onFault?: (error: unknown) => void;
}): Promise<Engine> {
  const keys = new Keys(prefix);
  const retentions = new Retentions(retention);
  const steps = new RoomSteps({ redis, keys, clock, retentions });
  const index = new RoomIndex(redis, keys, clock);
  const log = new RedisLog(steps, {
    onRoom: (room) => index.add(room),
    onRecord: (app, record) => audit.record(app, record),
    onStored: (room, epoch, events) => {
      // A log that begins may be one of a Redis that has lost all, index and all.
      if (events[0]?.seq === 1) index.doubt(room);
      bus.onStored(room, epoch, events);
    },
    onDropped: (room, epoch) => bus.onDropped(room, epoch),
  });
  const bus = new RedisBus({
    redis,
    log,
    clock,
    relayId,
    channelOf: (room) => steps.channel(room),
    onFault,
  });
  const audit = new MemoryAudit(clock, auditAgeMs);
  const markers = new MemoryMarkers(bus);
  const dropRoomMarkers = (room: Parameters<typeof markers.dropRoom>[0]): Promise<void> =>
    Promise.resolve(markers.dropRoom(room));
  const dropUserMarkers = (app: string, user: string): Promise<void> =>
    Promise.resolve(markers.dropUser(app, user));
  const forgetter = new Forgetter({
    redis,
    keys,
    steps,
    index,
    log,
    bus,
    audit,
    clock,
    dropMarkers: dropUserMarkers,
    onFault,
  });
  return Promise.resolve({
    durability: "redis: what is stored survives what its Redis is set to survive",
    log,
    bus,
    presence: new MemoryPresence(bus),
    markers,
    revocations: new MemoryRevocations(),
    registry: new RedisRegistry({ steps, index, log, forgetter, audit, dropMarkers: dropRoomMarkers }),
    audit,
    outbox: new MemoryOutbox(bus, () => ""),
    retain: (changed) => Promise.resolve(retentions.change(changed)),
    async close() {
      forgetter.close();
      bus.close();
      await log.close();
      await redis.close();
    },
  });
}
