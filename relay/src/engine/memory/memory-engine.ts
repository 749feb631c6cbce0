import { randomUUID } from "node:crypto";
import { systemClock, type Clock } from "../../clock.ts";
import type { Engine } from "../engine.ts";
import { MemoryAudit } from "./memory-audit.ts";
import { MemoryBus } from "./memory-bus.ts";
import { ONE_RELAY } from "./memory-census.ts";
import type { Retention } from "../retention.ts";
import { MemoryLog } from "./memory-log.ts";
import { MemoryOutbox } from "./memory-outbox.ts";
import { MemoryMarkers } from "./memory-markers.ts";
import { MemoryPresence } from "./memory-presence.ts";
import { MemoryRegistry } from "./memory-registry.ts";
import { MemoryRevocations } from "./memory-revocations.ts";

/**
 * An engine in memory, for one relay: nothing survives the process.
 *
 * @param options.auditAgeMs how long the audit is kept
 * @param options.newEpoch names each life of a log; a test hands in names of its own
 */
export function memoryEngine({
  retention,
  clock = systemClock,
  auditAgeMs = Infinity,
  newEpoch = () => randomUUID().slice(0, 13),
}: {
  retention: Retention;
  clock?: Clock;
  auditAgeMs?: number;
  newEpoch?: () => string;
}): Engine {
  const bus = new MemoryBus();
  const audit = new MemoryAudit(clock, auditAgeMs);
  const log = new MemoryLog(bus, clock, retention, newEpoch, (app, record) => audit.add(app, record));
  const markers = new MemoryMarkers(bus);
  return {
    durability: "memory: stored messages are gone when the relay stops",
    log,
    bus,
    presence: new MemoryPresence(bus),
    markers,
    registry: new MemoryRegistry(log, markers, audit),
    audit,
    outbox: new MemoryOutbox(bus, (room) => log.epochOf(room)),
    revocations: new MemoryRevocations(),
    census: ONE_RELAY,
    retain: (retention) => Promise.resolve(log.retain(retention)),
    close: () => log.close(),
  };
}
