import type { Doorkeeper } from "../apps/doorkeeper.ts";
import type { Clock } from "../clock.ts";
import type { Appended, Engine } from "../engine/engine.ts";
import { Gates } from "../hooks/gates.ts";
import { Lanes } from "../hooks/lanes.ts";
import { Appender } from "../room/appender.ts";
import { Flusher, type FlushLimits } from "../room/flusher.ts";
import type { RoomLimits } from "../room/room.ts";
import { Rooms } from "../room/rooms.ts";
import type { SessionLine } from "../session/line.ts";
import type { SessionContext, SessionLimits } from "../session/session-context.ts";
import { Sessions, type Conversation, type Slot } from "../session/sessions.ts";
import { Users } from "../session/users.ts";
import { NO_LOAD, type Load } from "../telemetry/load-watch.ts";
import type { Log } from "../telemetry/log.ts";
import { Meter } from "../telemetry/meter.ts";
import { Readiness } from "../telemetry/readiness.ts";
import { Outlet } from "./outlet.ts";
import type { Socket, SocketListener } from "./socket.ts";

/** What a relay is, without any network: rooms, sessions, and the way from a socket into them. */
export interface Core {
  readonly context: SessionContext;
  readonly sessions: Sessions;
  /** Lets `begin` make a conversation for a socket, and returns where the socket's frames go. */
  converse(socket: Socket, begin: (line: SessionLine) => SocketConversation): SocketListener;
}

/** A conversation that also takes in what its socket brings. */
export type SocketConversation = Conversation & Omit<SocketListener, "onBroken">;

/** What a {@link Core} is made of. */
export interface CoreParts {
  doorkeeper: Doorkeeper;
  engine: Engine;
  /** Who else decides about coming in and about messages; nobody without. */
  gates?: Gates;
  clock: Clock;
  log: Log;
  /** What holds before it is known which app somebody is of. */
  limits: SessionLimits;
  roomLimitsOf: (app: string) => RoomLimits;
  flushLimits: FlushLimits;
  newId: () => string;
  meter?: Meter;
  load?: Load;
  readiness?: Readiness;
}

/** Puts a relay's core together. Its timer runs until `sessions.stop()`. */
export function makeCore({
  doorkeeper,
  engine,
  clock,
  log,
  gates = new Gates({ clock, log }),
  limits,
  roomLimitsOf,
  flushLimits,
  newId,
  meter = new Meter(),
  load = NO_LOAD,
  readiness = new Readiness(clock, () => Promise.resolve()),
}: CoreParts): Core {
  const onFault = (error: unknown): void => {
    meter.faults.engine++;
    log.error({ err: error }, "The engine failed.");
  };
  const flusher = new Flusher(clock, flushLimits, meter);
  const rooms = new Rooms({ engine, clock, flusher, limitsOf: roomLimitsOf, onFault });
  const onRejected = (error: unknown): void => {
    readiness.noteFault();
    onFault(error);
  };
  const onCommit = (ms: number, results: readonly Appended[]): void => {
    meter.onCommit(ms, results.length);
    if (results.some((result) => !result.ok && result.code === "unavailable")) readiness.noteFault();
    else readiness.noteCommit();
  };
  const appender = new Appender(engine.log, clock, onRejected, onCommit);
  const users = new Users(clock, engine.census);
  engine.census.follow(users);
  const sessions = new Sessions(clock, Math.min(1000, limits.heartbeatMs / 5), () => {
    rooms.sweep();
    users.sweep();
  });
  const posts = new Lanes();
  const context = {
    doorkeeper,
    engine,
    rooms,
    appender,
    gates,
    posts,
    clock,
    log,
    limits,
    users,
    meter,
    load,
    newConnectionId: newId,
  };
  return {
    context,
    sessions,
    converse: (socket, begin) => {
      const outlet = new Outlet(socket, flusher);
      const conversation = begin(outlet);
      return new Listening(sessions, meter, conversation);
    },
  };
}

/** Brings a conversation what its socket brings, as long as it lasts. */
class Listening implements SocketListener {
  readonly #sessions: Sessions;
  readonly #meter: Meter;
  readonly #conversation: SocketConversation;
  readonly #slot: Slot;

  constructor(sessions: Sessions, meter: Meter, conversation: SocketConversation) {
    meter.connections.opened++;
    this.#sessions = sessions;
    this.#meter = meter;
    this.#conversation = conversation;
    this.#slot = sessions.add(conversation);
  }

  onFrame(text: string): void {
    this.#conversation.onFrame(text);
  }

  onBroken(code: number): void {
    if (code === 1009) this.#meter.limited.add("frame");
    this.#meter.closes.add(code);
  }

  onClose(): void {
    this.#meter.connections.closed++;
    this.#sessions.delete(this.#conversation, this.#slot);
    this.#conversation.onClose();
  }
}
