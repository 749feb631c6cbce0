import type { Doorkeeper } from "../apps/doorkeeper.ts";
import type { Clock } from "../clock.ts";
import type { Engine } from "../engine/engine.ts";
import { Appender } from "../room/appender.ts";
import { Flusher, type FlushLimits } from "../room/flusher.ts";
import type { RoomLimits } from "../room/room.ts";
import { Rooms } from "../room/rooms.ts";
import type { SessionLine } from "../session/line.ts";
import type { SessionContext, SessionLimits } from "../session/session-context.ts";
import { Sessions, type Conversation, type Slot } from "../session/sessions.ts";
import type { Log } from "../telemetry/log.ts";
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
export type SocketConversation = Conversation & SocketListener;

/** What a {@link Core} is made of. */
export interface CoreParts {
  doorkeeper: Doorkeeper;
  engine: Engine;
  clock: Clock;
  log: Log;
  /** What holds before it is known which app somebody is of. */
  limits: SessionLimits;
  roomLimitsOf: (app: string) => RoomLimits;
  flushLimits: FlushLimits;
  newId: () => string;
}

/** Puts a relay's core together. Its timer runs until `sessions.stop()`. */
export function makeCore({
  doorkeeper,
  engine,
  clock,
  log,
  limits,
  roomLimitsOf,
  flushLimits,
  newId,
}: CoreParts): Core {
  const onFault = (error: unknown): void => log.error({ err: error }, "The engine failed.");
  const flusher = new Flusher(clock, flushLimits);
  const rooms = new Rooms({ engine, clock, flusher, limitsOf: roomLimitsOf, onFault });
  const appender = new Appender(engine.log, clock, onFault);
  const sessions = new Sessions(clock, Math.min(1000, limits.heartbeatMs / 5), () => rooms.sweep());
  const context = { doorkeeper, engine, rooms, appender, clock, log, limits, newConnectionId: newId };
  return {
    context,
    sessions,
    converse: (socket, begin) => {
      const outlet = new Outlet(socket, flusher);
      const conversation = begin(outlet);
      return new Listening(sessions, conversation);
    },
  };
}

/** Brings a conversation what its socket brings, as long as it lasts. */
class Listening implements SocketListener {
  readonly #sessions: Sessions;
  readonly #conversation: SocketConversation;
  readonly #slot: Slot;

  constructor(sessions: Sessions, conversation: SocketConversation) {
    this.#sessions = sessions;
    this.#conversation = conversation;
    this.#slot = sessions.add(conversation);
  }

  onFrame(text: string): void {
    this.#conversation.onFrame(text);
  }

  onClose(): void {
    this.#sessions.delete(this.#conversation, this.#slot);
    this.#conversation.onClose();
  }
}
