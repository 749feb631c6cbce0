import type { Role, User, Verb } from "@natter/sdk/protocol";
import type { Policy } from "../../src/apps/app.ts";
import type { Apps } from "../../src/apps/apps.ts";
import { DIRECT, type Approach } from "../../src/apps/approach.ts";
import { Expulsion } from "../../src/apps/expulsion.ts";
import { Gates } from "../../src/hooks/gates.ts";
import type { Hooks } from "../../src/hooks/hooks.ts";
import { mintToken } from "../../src/auth/mint.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { memoryEngine } from "../../src/engine/memory/memory-engine.ts";
import type { RoomLimits } from "../../src/room/room.ts";
import { pauseAfter } from "../../src/room/pace.ts";
import type { Rates } from "../../src/session/allowance.ts";
import { PlainSession } from "../../src/session/plain-session.ts";
import type { Rate } from "../../src/session/rate-limit.ts";
import { Session } from "../../src/session/session.ts";
import type { SessionLimits } from "../../src/session/session-context.ts";
import { makeCore, type Core } from "../../src/socket/core.ts";
import type { Load } from "../../src/telemetry/load-watch.ts";
import { Client } from "./client.ts";
import { FakeClock } from "./fake-clock.ts";
import { HandSocket } from "./hand-socket.ts";
import { MemoryEntries } from "./log-entries.ts";
import { doorkeeperOf, policy } from "./apps.ts";
import { KEY } from "./tokens.ts";

/** What one connection may say, as by default. */
export const RATES: Rates = {
  packets: { perSecond: 200, burst: 1000 },
  posts: { perSecond: 50, burst: 500 },
  bytes: { perSecond: 262_144, burst: 4_194_304 },
  joins: { perSecond: 20, burst: 300 },
  history: { perSecond: 20, burst: 200 },
};

const PLENTY: Rate = { perSecond: 1e9, burst: 1e9 };

/** Rates for tests that are not about rates. */
export const ENOUGH: Rates = {
  packets: PLENTY,
  posts: PLENTY,
  bytes: PLENTY,
  joins: PLENTY,
  history: PLENTY,
};

const SESSION_LIMITS: SessionLimits = {
  frameBytes: 65_536,
  textLength: 4000,
  dataBytes: 4096,
  roomsPerConnection: 100,
  pageDefault: 50,
  pageMax: 200,
  replayEvents: 1000,
  listedMembers: 200,
  heartbeatMs: 25_000,
  heartbeatGraceMs: 5000,
  helloMs: 10_000,
  expiryGraceMs: 25_000,
  expiringMs: 60_000,
  stalledMs: 30_000,
  queueBytes: 262_144,
  rates: RATES,
  users: {
    connectionsPerUser: 100,
    connectionsPerApp: 100_000,
    rates: {
      packets: { perSecond: 600, burst: 3000 },
      posts: { perSecond: 150, burst: 1500 },
      bytes: { perSecond: 786_432, burst: 12_582_912 },
      joins: { perSecond: 60, burst: 900 },
      history: { perSecond: 60, burst: 600 },
    },
  },
};

const ROOM_LIMITS: RoomLimits = {
  replayEvents: 1000,
  pageDefault: 50,
  listedMembers: 200,
  presenceGraceMs: 5000,
  presenceEveryMs: 0,
  tailBytes: 1024 * 1024,
  stalledBytes: 256 * 1024,
  lookEvery: 16,
};

/** What a test wants otherwise; what a user may do follows what a connection may, unless it is named. */
export interface MemoryRelayOptions {
  limits?: Partial<SessionLimits>;
  roomLimits?: Partial<RoomLimits>;
  defaultRole?: Role | "none";
  retentionCount?: number;
  engine?: (engine: Engine) => Engine;
  /** The ids of its apps; one, `default`, without. */
  apps?: readonly string[];
  policy?: Partial<Policy>;
  load?: Load;
  hooks?: Hooks;
}

/** Who a test lets in. */
export interface Person extends Partial<User> {
  id: string;
  rooms?: Record<string, Role | Verb[]>;
  expiresInMs?: number;
  app?: string;
}

/** What users may do where a test says only what a connection may. */
function usersOf({ rates }: Partial<SessionLimits> = {}): Pick<SessionLimits, "users"> {
  return { users: rates ? { ...SESSION_LIMITS.users, rates } : SESSION_LIMITS.users };
}

/** A whole relay without a network, on a clock that is moved by hand. */
export class MemoryRelay {
  readonly clock = new FakeClock();
  readonly log = new MemoryEntries();
  readonly engine: Engine;
  readonly core: Core;
  readonly apps: Apps;
  readonly expulsion: Expulsion;
  readonly clients: Client[] = [];
  #ids = 0;

  constructor(options: MemoryRelayOptions = {}) {
    const { clock } = this;
    let epochs = 0;
    const engine = memoryEngine({
      retention: { count: options.retentionCount ?? 100_000, ageMs: 365 * 86_400_000 },
      clock,
      newEpoch: () => `epoch-${++epochs}`,
    });
    this.engine = options.engine?.(engine) ?? engine;
    const limits = { ...SESSION_LIMITS, ...usersOf(options.limits), ...options.limits };
    const roomLimits = { ...ROOM_LIMITS, ...options.roomLimits };
    const given = { limits, roomLimits, defaultRole: options.defaultRole ?? "member" };
    const policies = Object.fromEntries(
      (options.apps ?? ["default"]).map((id) => [id, policy(clock, { ...given, ...options.policy }, id)]),
    );
    const { apps, doorkeeper, revoked } = doorkeeperOf(clock, policies);
    this.apps = apps;
    this.core = makeCore({
      doorkeeper,
      engine: this.engine,
      gates: new Gates({ hooks: options.hooks, clock, log: this.log }),
      clock,
      log: this.log,
      limits,
      roomLimitsOf: () => roomLimits,
      flushLimits: { turnMs: 6, pauseAfter: (costMs) => pauseAfter(costMs, 20) },
      newId: () => `id-${++this.#ids}`,
      ...(options.load && { load: options.load }),
    });
    const { sessions } = this.core;
    const { revocations } = this.engine;
    this.expulsion = new Expulsion({ apps, revoked, revocations, sessions, clock });
  }

  /** A token of this relay for somebody. */
  token({ id, name, rooms, app, expiresInMs = 3_600_000 }: Person): string {
    const request = {
      sub: id,
      expiresInMs,
      ...(app !== undefined && { app }),
      ...(name !== undefined && { name }),
      ...(rooms && { rooms }),
    };
    return mintToken(request, KEY, this.clock.now()).token;
  }

  /** A connection that has said nothing yet. */
  connect(approach: Approach = DIRECT): Client {
    const client = new Client(this.clock, (socket) =>
      this.core.converse(socket, (line) => new Session(this.core.context, line, approach)),
    );
    this.clients.push(client);
    return client;
  }

  /** A connection of somebody who was welcomed. */
  async enter(person: Person | string): Promise<Client> {
    const client = this.connect();
    await client.hello(this.token(typeof person === "string" ? { id: person } : person));
    return client;
  }

  /** A connection of somebody who has joined a room. */
  async join(person: Person | string, room: string): Promise<Client> {
    const client = await this.enter(person);
    await client.ask({ type: "join", room });
    return client;
  }

  /** A plain client; what it hears are frames as they are. */
  plain(path: string, token: string): { socket: HandSocket; heard: string[]; say(text: string): void } {
    const heard: string[] = [];
    const admitted = this.core.context.doorkeeper.admit(token, DIRECT);
    const socket = new HandSocket(
      (frame) => heard.push(frame),
      () => this.clock.soon(() => listener.onClose()),
    );
    const listener = this.core.converse(
      socket,
      (line) => new PlainSession(this.core.context, line, path, admitted),
    );
    return { socket, heard, say: (text) => listener.onFrame(text) };
  }
}
