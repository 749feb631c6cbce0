import type { Clock } from "../clock.ts";
import type { Engine } from "../engine/engine.ts";
import { Appender } from "../room/appender.ts";
import type { RoomLimits } from "../room/room.ts";
import { Rooms } from "../room/rooms.ts";
import type { App } from "../session/app.ts";
import type { SessionLine } from "../session/line.ts";
import type { SessionContext, SessionLimits } from "../session/session-context.ts";
import { Sessions, type Conversation } from "../session/sessions.ts";
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
  app: App;
  engine: Engine;
  clock: Clock;
  log: Log;
  limits: SessionLimits;
  roomLimits: RoomLimits;
  newId: () => string;
}

/** Puts a relay's core together. Its timer runs until `sessions.stop()`. */
export function makeCore({ app, engine, clock, log, limits, roomLimits, newId }: CoreParts): Core {
  const onFault = (error: unknown): void => log.error({ err: error }, "The engine failed.");
  const rooms = new Rooms(engine, clock, roomLimits, onFault);
  const appender = new Appender(engine.log, clock, onFault);
  const sessions = new Sessions(clock, Math.min(1000, limits.heartbeatMs / 5), () => rooms.sweep());
  const context = { app, engine, rooms, appender, clock, log, limits, newConnectionId: newId };
  const waiting = new Waiting(clock);
  return {
    context,
    sessions,
    converse(socket, begin) {
      const outlet = new Outlet(socket, (full) => waiting.add(full));
      const conversation = begin(outlet);
      sessions.add(conversation);
      return {
        onFrame: (text) => {
          conversation.onFrame(text);
          outlet.flush();
        },
        onClose: () => {
          sessions.delete(conversation);
          conversation.onClose();
        },
      };
    },
  };
}

/** Outlets with packets that wait for the end of the turn. */
class Waiting {
  readonly #clock: Clock;
  #outlets: Outlet[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(outlet: Outlet): void {
    if (this.#outlets.push(outlet) === 1) this.#clock.soon(() => this.#flush());
  }

  #flush(): void {
    const outlets = this.#outlets;
    this.#outlets = [];
    for (const outlet of outlets) outlet.flush();
  }
}
