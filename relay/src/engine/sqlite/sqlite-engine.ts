import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { systemClock, type Clock } from "../../clock.ts";
import { silentLog, type Log } from "../../telemetry/log.ts";
import type { Engine } from "../engine.ts";
import { MemoryBus } from "../memory/memory-bus.ts";
import { ONE_RELAY } from "../memory/memory-census.ts";
import { MemoryPresence } from "../memory/memory-presence.ts";
import { openStore, type StoreSettings } from "./open-store.ts";
import { SqliteAudit } from "./sqlite-audit.ts";
import { SqliteOutbox } from "./sqlite-outbox.ts";
import { SqliteLog } from "./sqlite-log.ts";
import { SqliteMarkers } from "./sqlite-markers.ts";
import { SqliteRegistry } from "./sqlite-registry.ts";
import { SqliteRevocations } from "./sqlite-revocations.ts";
import { storeOf, type StoreHost, type StoreMethod } from "./store-port.ts";
import { startStoreThread } from "./store-thread.ts";
import { startUpkeep } from "./upkeep.ts";
import type { Durability } from "./witness.ts";

/** How an engine on disk is opened. */
export interface SqliteOptions extends StoreSettings {
  clock?: Clock;
  log?: Log;
}

const DURABILITY: Record<Durability, string> = {
  full: "on disk: stored messages survive a crash of the relay and loss of power",
  relaxed:
    "on disk, relaxed: stored messages survive a crash of the relay; loss of power may take the newest ones",
};

/**
 * Opens an engine in one file of a data folder, for one relay.
 *
 * @throws StorageError with a sentence for the operator, when the folder or the file cannot be used
 */
export async function sqliteEngine(options: SqliteOptions): Promise<Engine> {
  const { clock = systemClock, log = silentLog, ...settings } = options;
  const { folder, durability } = settings;
  const { store, notes, failed } = await hostStore(settings);
  for (const note of notes) log.warn({ folder }, note);
  const bus = new MemoryBus();
  const faulty =
    (what: string) =>
    (error: unknown): void =>
      log.error({ err: error }, what);
  const rooms = new SqliteLog(store, bus, clock, faulty("Something could not be stored."));
  const markers = new SqliteMarkers(store, bus, clock, faulty("Read markers could not be stored."));
  const registry = new SqliteRegistry({
    store,
    bus,
    markers,
    clock,
    onFault: faulty("Somebody who is to be forgotten could not be; it is tried again."),
  });
  const stopUpkeep = startUpkeep(store, clock, faulty("The storage could not do its upkeep."));
  void failed.then((error) => {
    stopUpkeep();
    log.error(
      { err: error },
      "The storage has failed: nothing can be read or stored until the relay is started again.",
    );
  });
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    stopUpkeep();
    await registry.close();
    await rooms.close();
    await markers.close();
    // A thread that has ended has closed everything already.
    await store.close().catch(() => undefined);
  };
  return {
    durability: DURABILITY[durability],
    log: rooms,
    bus,
    presence: new MemoryPresence(bus),
    markers,
    registry,
    audit: new SqliteAudit(store, clock),
    outbox: new SqliteOutbox(store),
    revocations: new SqliteRevocations(store),
    census: ONE_RELAY,
    failed,
    retain: (changed) => store.retain(changed),
    close: () => (closed ??= close()),
  };
}

const WORKER = new URL("./worker.js", import.meta.url);

/** In a thread of its own; run from TypeScript, as tests do, there is none to start, and this one has to do. */
function hostStore(settings: StoreSettings): Promise<StoreHost> {
  return existsSync(fileURLToPath(WORKER)) ? startStoreThread(WORKER, settings) : hostHere(settings);
}

/** Opens a store in the thread of the caller. */
async function hostHere(settings: StoreSettings): Promise<StoreHost> {
  const { store, notes } = openStore(settings);
  const call = (method: StoreMethod, args: unknown[]): unknown =>
    (store[method] as (...given: unknown[]) => unknown).apply(store, args);
  const ask = (method: StoreMethod, args: unknown[]): Promise<unknown> =>
    Promise.resolve().then(() => call(method, args));
  return { store: storeOf(ask), notes, failed: new Promise(() => undefined) };
}
