import { randomUUID } from "node:crypto";
import { systemClock, type Clock } from "../../clock.ts";
import type { Engine } from "../engine.ts";
import { MemoryBus } from "./memory-bus.ts";
import type { Retention } from "../retention.ts";
import { MemoryLog } from "./memory-log.ts";
import { MemoryMarkers } from "./memory-markers.ts";
import { MemoryPresence } from "./memory-presence.ts";
import { MemoryRevocations } from "./memory-revocations.ts";

/**
 * An engine in memory, for one relay: nothing survives the process.
 *
 * @param options.newEpoch names this life of the logs; a test hands in a name of its own
 */
export function memoryEngine(options: {
  retention: Retention;
  clock?: Clock;
  newEpoch?: () => string;
}): Engine {
  const bus = new MemoryBus();
  const newEpoch = options.newEpoch ?? (() => randomUUID().slice(0, 13));
  const log = new MemoryLog(bus, options.clock ?? systemClock, options.retention, newEpoch);
  return {
    durability: "memory: stored messages are gone when the relay stops",
    log,
    bus,
    presence: new MemoryPresence(bus),
    markers: new MemoryMarkers(bus),
    revocations: new MemoryRevocations(),
    retain: (retention) => Promise.resolve(log.retain(retention)),
    close: () => log.close(),
  };
}
