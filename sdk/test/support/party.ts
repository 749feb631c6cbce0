import { connect, type Chat, type ConnectOptions, type Room } from "../../src/index.ts";
import {
  createTestRelay,
  type TestClaims,
  type TestRelay,
  type TestRelayOptions,
} from "../../src/testing/index.ts";

/** A relay with a virtual clock, and users who come to it. */
export interface Party {
  readonly relay: TestRelay;
  /** Connects a user; `half` of every wait is rolled, so that nothing here is left to chance. */
  chat(user: string | TestClaims, options?: Partial<ConnectOptions>): Chat;
  /** Connects a user and brings them into a room. */
  join(user: string | TestClaims, room?: string, options?: Partial<ConnectOptions>): Promise<Room>;
  /** Waits until everything under way has arrived. */
  settle(): Promise<void>;
  /** Lets time pass. */
  pass(ms: number): Promise<void>;
}

export function party(options: TestRelayOptions = {}): Party {
  const relay = createTestRelay(options);
  const chat: Party["chat"] = (user, options) =>
    connect({ ...relay.options, token: relay.token(user), random: () => 0.5, ...options });
  return {
    relay,
    chat,
    async join(user, room = "lobby", options) {
      const handle = chat(user, options).room(room);
      handle.view();
      await relay.clock.advance(0);
      return handle;
    },
    settle: () => relay.clock.advance(0),
    pass: (ms) => relay.clock.advance(ms),
  };
}

/** The texts in a room's view, with a mark for those not stored. */
export function texts(room: Room): string[] {
  const marks = { pending: "…", failed: "!" };
  return room.view().messages.map((message) => message.text + (message.state ? marks[message.state] : ""));
}
