import { LIMITS, type RoomName } from "@natter/sdk/protocol";
import type { Identity } from "../../relay/src/auth/claims.ts";
import type { TokenVerifier } from "../../relay/src/auth/token-verifier.ts";
import { partsOfKey, roomKeyOf, type Engine, type RoomLog } from "../../relay/src/engine/engine.ts";
import { Session } from "../../relay/src/session/session.ts";
import { makeCore, type Core } from "../../relay/src/socket/core.ts";
import { doorkeeperOf, policy } from "../../relay/test/doubles/apps.ts";
import { silentLog } from "../../relay/src/telemetry/log.ts";
import { stopGently } from "../../relay/src/stop.ts";
import type { RoomLimits } from "../../relay/src/room/room.ts";
import type { SessionLimits } from "../../relay/src/session/session-context.ts";
import { diskEngine, type Disk, type DiskSpeed } from "./disk.ts";
import type { Port } from "./line.ts";
import type { Record } from "./record.ts";
import type { ProcessTime, VirtualTime } from "./virtual-time.ts";

/** Small enough for every limit to be met in a short run. */
export const ROOM_LIMITS: RoomLimits = {
  // One connection a turn, so that much happens while a frame goes round.
  lookEvery: 1,
  replayEvents: 40,
  pageDefault: 20,
  listedMembers: 4,
  presenceGraceMs: 3000,
  presenceEveryMs: 250,
  tailBytes: 16 * 1024,
  stalledBytes: 1536,
};

/** Events each room keeps; a client further behind than this meets a trimmed log. */
export const RETENTION = { count: 90, ageMs: 365 * 86_400_000 };

const RATE = { perSecond: 1000, burst: 10_000 };
const BYTES = { perSecond: 10_000_000, burst: 100_000_000 };
const RATES = { packets: RATE, posts: RATE, bytes: BYTES, joins: RATE, history: RATE };

const SESSION_LIMITS: SessionLimits = {
  frameBytes: LIMITS.frameBytes,
  textLength: LIMITS.textLength,
  dataBytes: LIMITS.dataBytes,
  roomsPerConnection: LIMITS.roomsPerConnection,
  pageDefault: ROOM_LIMITS.pageDefault,
  pageMax: LIMITS.pageMax,
  replayEvents: ROOM_LIMITS.replayEvents,
  listedMembers: ROOM_LIMITS.listedMembers,
  heartbeatMs: 5000,
  heartbeatGraceMs: LIMITS.heartbeatGraceMs,
  helloMs: LIMITS.helloMs,
  expiryGraceMs: 5000,
  expiringMs: 10_000,
  stalledMs: 30_000,
  queueBytes: 256 * 1024,
  rates: RATES,
  users: { connectionsPerUser: 1000, connectionsPerApp: 10_000, rates: RATES },
};

/** Tokens of the simulation say in plain JSON what a real one signs. */
const verifier: TokenVerifier = {
  verify: (token) => ({ ok: true, identity: JSON.parse(token) as Identity }),
  holds: () => true,
};

const POLICY = { verifier, limits: SESSION_LIMITS, roomLimits: ROOM_LIMITS, defaultRole: "none" } as const;

/** What makes connection ids, and has a room rest now and then, as a dear one would; over all processes of a relay. */
export class Habits {
  #ids = 0;
  #flushes = 0;

  newId = (): string => `c${this.#ids++}`;
  pauseAfter = (): number => (this.#flushes++ % 3 === 0 ? 15 : 0);
}

/** The core of a relay as a process of the simulation runs it. */
export function coreOn(engine: Engine, process: ProcessTime, { newId, pauseAfter }: Habits): Core {
  return makeCore({
    doorkeeper: doorkeeperOf(process, { default: policy(process, POLICY) }).doorkeeper,
    engine,
    clock: process,
    log: silentLog,
    limits: SESSION_LIMITS,
    roomLimitsOf: () => ROOM_LIMITS,
    flushLimits: { turnMs: 0, pauseAfter },
    newId,
  });
}

/** Brings the sockets that come to a relay into conversation with it. */
export function conversing(core: Core): NonNullable<Port["accept"]> {
  return (socket) => core.converse(socket, (line) => new Session(core.context, line));
}

/** A machine that runs a relay on its disk: it can be started, stopped gently, and killed. */
export class Server {
  readonly port: Port = { relay: "relay", accept: undefined, whenAwake: (run) => run() };
  readonly disk: Disk;
  readonly #time: VirtualTime;
  readonly #speed: DiskSpeed;
  readonly #record: Record;
  #process: ProcessTime | undefined;
  #core: Core | undefined;
  #offset = 0;
  readonly #habits = new Habits();

  constructor(time: VirtualTime, disk: Disk, speed: DiskSpeed, record: Record) {
    this.#time = time;
    this.#record = record;
    this.disk = disk;
    this.#speed = speed;
  }

  /** The relay's own log, to hold screens against; undefined while it is down. */
  get log(): RoomLog | undefined {
    return this.#core?.context.engine.log;
  }

  get isUp(): boolean {
    return this.#core !== undefined;
  }

  /** Starts a relay on what the disk holds. */
  async start(): Promise<void> {
    const process = this.#time.process();
    process.jump(this.#offset);
    this.#process = process;
    const tops = new Map<string, number>();
    const epochs = new Map<string, string>();
    const engine = await diskEngine(this.disk, process, RETENTION, this.#speed, (key, item) => {
      const { room } = partsOfKey(key);
      if (item.type === "presence") this.#goneIn(room, item.left);
      if (item.type === "closed") {
        this.#record.dropped(room, epochs.get(room) ?? `life-${this.disk.life}`);
        epochs.set(room, item.epoch);
      }
      if (item.type !== "event") return;
      const commit = this.disk.commits().length;
      // What was handed in while a ruling was on its way to the disk comes with the next commit.
      const knew = (ruling: { commit: number }): boolean => commit > ruling.commit + 1;
      this.#record.stored(item.epoch, item.event, { commit, now: process.now(), knew });
      tops.set(`${item.event.room} ${item.epoch}`, item.event.seq);
    });
    this.#record.mounted(tops, `life-${this.disk.life}`);
    const core = coreOn(engine, process, this.#habits);
    this.#core = core;
    this.port.accept = conversing(core);
  }

  /** The process is killed: what it had not synced may be lost, and nobody is told anything. */
  kill(): void {
    this.port.accept = undefined;
    this.#process?.end();
    this.#process = undefined;
    this.#core = undefined;
  }

  /** The relay is asked to stop, and does so in its own time. */
  async stop(drainMs: number): Promise<void> {
    const core = this.#core;
    const process = this.#process;
    if (!core || !process) return;
    this.port.accept = undefined;
    await stopGently({ sessions: core.sessions, clock: process, drainMs, closers: [], engine: undefined });
    if (process !== this.#process) return;
    this.kill();
    // A process that ends by itself leaves what it wrote to the kernel, which brings it to the disk.
    this.disk.sync();
  }

  /** Somebody deletes a room, as over HTTP. */
  drop(room: RoomName): void {
    const registry = this.#core?.context.engine.registry;
    registry?.drop(roomKeyOf("default", room), { user: "root" }).catch(() => undefined);
  }

  /** The wall clock of the machine is set. */
  jump(ms: number): void {
    this.#offset += ms;
    this.#process?.jump(ms);
    this.#record.rulings.clockSet();
  }

  #goneIn(room: string, users: readonly string[]): void {
    for (const user of users) {
      const why = this.#record.presence.objection(room, user);
      if (why !== undefined) this.#record.breach("I11", why);
    }
  }
}
