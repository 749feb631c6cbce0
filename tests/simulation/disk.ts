import type { RoomName } from "@natter/sdk/protocol";
import type {
  Appended,
  Bus,
  Draft,
  Engine,
  Head,
  Page,
  Replay,
  RoomItem,
  RoomKey,
  RoomLog,
  RoomSummary,
} from "../../relay/src/engine/engine.ts";
import { MemoryAudit } from "../../relay/src/engine/memory/memory-audit.ts";
import { MemoryBus } from "../../relay/src/engine/memory/memory-bus.ts";
import { ONE_RELAY } from "../../relay/src/engine/memory/memory-census.ts";
import { MemoryLog, type Retention } from "../../relay/src/engine/memory/memory-log.ts";
import { MemoryMarkers } from "../../relay/src/engine/memory/memory-markers.ts";
import { MemoryOutbox } from "../../relay/src/engine/memory/memory-outbox.ts";
import { MemoryPresence } from "../../relay/src/engine/memory/memory-presence.ts";
import { MemoryRevocations } from "../../relay/src/engine/memory/memory-revocations.ts";
import type { Random } from "./random.ts";
import type { ProcessTime } from "./virtual-time.ts";

/** One commit: what was done to the logs, and when. Played again in order, commits give the same logs again. */
interface Commit<T = unknown> {
  do: (log: MemoryLog) => T | Promise<T>;
  at: number;
}

/**
 * A disk that tells the truth about fsync: what was written and not yet synced may be gone after a crash, all of
 * it or its tail; what was synced stays.
 */
export class Disk {
  #synced: Commit[] = [];
  #unsynced: Commit[] = [];
  /** Grows when the disk is wiped, and with it every room's epoch changes. */
  #life = 1;

  write(commit: Commit): void {
    this.#unsynced.push(commit);
  }

  /** Everything written so far will survive. */
  sync(): void {
    this.#synced.push(...this.#unsynced);
    this.#unsynced = [];
  }

  /** The power goes: of what was not synced, only some of the beginning is there afterwards. */
  crash(random: Random): void {
    const surviving = random.whole(0, this.#unsynced.length);
    this.#synced.push(...this.#unsynced.slice(0, surviving));
    this.#unsynced = [];
  }

  /** Everything is gone, as after a restore onto a new machine. */
  wipe(): void {
    this.#synced = [];
    this.#unsynced = [];
    this.#life++;
  }

  get life(): number {
    return this.#life;
  }

  commits(): readonly Commit[] {
    return this.#synced;
  }
}

/** How the simulated storage behaves. */
export interface DiskSpeed {
  writeMs: () => number;
  syncMs: () => number;
  readMs: () => number;
  /** True when an append fails, as on a full disk. */
  isFull: () => boolean;
}

/** A log on a {@link Disk}: decisions and folds are the relay's own, only the storing is played. */
export class DiskLog implements RoomLog {
  readonly #disk: Disk;
  readonly #time: ProcessTime;
  readonly #speed: DiskSpeed;
  readonly #held: MemoryLog;
  /** The time that commits are dated with; a replayed commit is dated as it was. */
  #commitAt: number | undefined;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(disk: Disk, bus: Bus, time: ProcessTime, retention: Retention, speed: DiskSpeed) {
    this.#disk = disk;
    this.#time = time;
    this.#speed = speed;
    const dated = {
      now: () => this.#commitAt ?? time.now(),
      monotonic: () => time.monotonic(),
      after: time.after.bind(time),
      soon: time.soon.bind(time),
    };
    let epochs = 0;
    const newEpoch = (): string => `life-${disk.life}${epochs++ === 0 ? "" : `.${epochs}`}`;
    this.#held = new MemoryLog(bus, dated, retention, newEpoch);
  }

  /** Reads the disk. Nobody listens to the bus yet, so that nothing old is told as new. */
  async mount(): Promise<void> {
    for (const commit of this.#disk.commits()) await this.#apply(commit);
  }

  append(drafts: readonly Draft[]): Promise<Appended[]> {
    return this.commit((log) => log.append(drafts));
  }

  /** Has something done to the logs when it is written and synced; one after the other. */
  commit<T>(change: Commit<T>["do"]): Promise<T> {
    const turn = this.#tail.then(() => this.#commit(change));
    this.#tail = turn.catch(() => undefined);
    return turn;
  }

  /** The rooms of an app that were written to. */
  rooms(app: string): RoomSummary[] {
    return this.#held.rooms(app);
  }

  head(room: RoomKey): Promise<Head> {
    return this.read(this.#held.head(room));
  }

  after(room: RoomKey, epoch: string, seq: number, limit: number, first?: number): Promise<Replay> {
    return this.read(this.#held.after(room, epoch, seq, limit, first));
  }

  page(room: RoomKey, limit: number, before?: number): Promise<Page> {
    return this.read(this.#held.page(room, limit, before));
  }

  find(room: RoomKey, userId: string, id: string): Promise<Appended | undefined> {
    return this.read(this.#held.find(room, userId, id));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** What is read is true when the reading begins, and may be old when it arrives. */
  async read<T>(reading: Promise<T>): Promise<T> {
    const value = await reading;
    await this.#wait(this.#speed.readMs());
    return value;
  }

  async #commit<T>(change: Commit<T>["do"]): Promise<T> {
    await this.#wait(this.#speed.writeMs());
    if (this.#speed.isFull()) throw new Error("The disk is full.");
    const commit = { do: change, at: this.#time.now() };
    this.#disk.write(commit);
    await this.#wait(this.#speed.syncMs());
    this.#disk.sync();
    return this.#apply(commit);
  }

  async #apply<T>(commit: Commit<T>): Promise<T> {
    this.#commitAt = commit.at;
    try {
      return await commit.do(this.#held);
    } finally {
      this.#commitAt = undefined;
    }
  }

  /** A process that ended meanwhile never comes back from its wait. */
  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#time.after(ms, resolve));
  }
}

/** An engine on a disk. Presence and read markers are of the process, as in a relay on its own. */
export async function diskEngine(
  disk: Disk,
  time: ProcessTime,
  retention: Retention,
  speed: DiskSpeed,
  onItem: (room: RoomKey, item: RoomItem) => void,
): Promise<Engine> {
  const bus = new (class extends MemoryBus {
    override publish(room: RoomKey, item: RoomItem): void {
      onItem(room, item);
      super.publish(room, item);
    }
  })();
  const log = new DiskLog(disk, bus, time, retention, speed);
  await log.mount();
  const markers = new MemoryMarkers(bus);
  const audit = new MemoryAudit(time, Infinity);
  return {
    durability: "simulated",
    log,
    bus,
    presence: new MemoryPresence(bus),
    markers: {
      read: (room, userId) => log.read(markers.read(room, userId)),
      mark: markers.mark.bind(markers),
    },
    revocations: new MemoryRevocations(),
    census: ONE_RELAY,
    retain: () => Promise.resolve(),
    registry: {
      list: (app, limit, after = "" as RoomName) =>
        log.read(
          Promise.resolve(
            log
              .rooms(app)
              .filter(({ room }) => room > after)
              .slice(0, limit),
          ),
        ),
      drop: (room) => log.commit((held) => held.drop(room)),
      forget: (app, user, by, actor) => {
        const author = { id: `forgotten-${user}`, name: "–" };
        return log.commit((held) => ({ messages: held.forget(app, user, author, by, actor) }));
      },
    },
    audit,
    // Nobody outside is told in a simulation.
    outbox: new MemoryOutbox(bus, () => ""),
    close: () => log.close(),
  };
}
