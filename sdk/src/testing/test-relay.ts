import type { ConnectOptions } from "../chat.ts";
import type { Clock } from "../clock.ts";
import type {
  ClientPacket,
  ClientPacketType,
  ErrorCode,
  Member,
  RoomEvent,
  RoomName,
} from "../protocol/index.ts";
import { LIMITS, parseRoomName } from "../protocol/index.ts";
import type { WebSocketClass } from "../connection/transport.ts";
import { memoryStorage } from "../storage.ts";
import { TestRoom } from "./test-room.ts";
import { TestSession, type Refusal, type SessionParts } from "./test-session.ts";
import { testWebSocket, type TestLine } from "./test-socket.ts";
import { userOf, writeTestToken, type TestClaims } from "./test-token.ts";
import { virtualClock, type VirtualClock } from "./virtual-clock.ts";

/** What `createTestRelay` takes. */
export interface TestRelayOptions<C extends Clock = VirtualClock> {
  /** The time of relay and clients; a virtual clock of its own if not given. */
  clock?: C;
  /** False: the relay serves nobody without a token. */
  guests?: boolean;
  /** Silence after which the relay sends a heartbeat, in ms. */
  heartbeatMs?: number;
  /** The largest frame that it takes; over it the line ends with 1009. */
  frameBytes?: number;
}

/**
 * A relay inside the test: real rules, no network, and a clock that the test moves. What passes between client
 * and relay can be cut, delayed, doubled, lost or refused on demand.
 *
 * @example
 * const relay = createTestRelay();
 * const chat = connect({ ...relay.options, token: relay.token("ann") });
 * const room = chat.room("lobby");
 * await room.post("Hello");
 * relay.cut("ann");                  // the cable is pulled
 * relay.say("lobby", "bob", "Hi");   // meanwhile somebody writes
 * await relay.clock.advance(1_000);  // the client comes back and catches up
 * room.view().messages;              // Hello, Hi
 */
export interface TestRelay<C extends Clock = VirtualClock> {
  readonly clock: C;
  /** The WebSocket class that leads to this relay. */
  readonly WebSocket: WebSocketClass;
  /** Answers what guests ask for. */
  readonly fetch: typeof fetch;
  /** Everything that `connect` needs to reach this relay, with a storage of its own. */
  readonly options: ConnectOptions;
  /** The lines that stand, in the order they were opened. */
  readonly sessions: readonly TestSession[];
  /** How many lines were ever opened. */
  readonly dials: number;
  /** Makes a token for a user, or for claims. */
  token(user: string | TestClaims): string;
  /** A room, to look into and to act on. */
  room(name: string): TestRoom;
  /** Somebody writes a message, without a client of their own. */
  say(room: string, user: string, text: string): RoomEvent;

  /** Ends lines without a word (of one user, or all): what was under way in them is lost. */
  cut(user?: string): void;
  /** Ends lines with a close code, saying an error first if there is one. */
  close(code: number, error?: ErrorCode, user?: string): void;
  /** Nothing passes any more, in either direction, and nobody notices; until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** The relay cannot be reached; until `up`. */
  down(): void;
  up(): void;
  /** From now on everything takes that many ms, each way. */
  delay(ms: number): void;
  /** From now on every frame of the relay's comes so many times. */
  duplicate(times: number): void;
  /** A user's token ends now. */
  expire(user: string): void;
  /** The next packets of a type are refused: `times` of them, or all. */
  refuse(type: ClientPacketType, refusal: Refusal, times?: number): void;
  /** The next request of a type is carried out, and the line is cut before the reply leaves. */
  loseReply(type: ClientPacketType): void;
  /** Tells everybody to come back within so many ms, and then restarts. */
  goAway(withinMs: number): void;
  /** The next packets of a type are heard and never answered: one of them. */
  swallow(type: ClientPacketType): void;
  /** What one user's clients said, over all lines that still stand. */
  heard(user: string): readonly ClientPacket[];
  /** In how many frames they said it, heartbeats too. */
  frames(user: string): number;
  /** The largest frame that any client sent, in bytes. */
  readonly largestFrame: number;
}

/** Makes a test relay. */
export function createTestRelay(options?: TestRelayOptions): TestRelay;
export function createTestRelay<C extends Clock>(options: TestRelayOptions<C> & { clock: C }): TestRelay<C>;
export function createTestRelay(options: TestRelayOptions<Clock> = {}): TestRelay<Clock> {
  const { clock = virtualClock(), guests = true } = options;
  const { heartbeatMs = LIMITS.heartbeatMs, frameBytes = LIMITS.frameBytes } = options;
  const rooms = new Map<RoomName, TestRoom>();
  const sessions = new Set<TestSession>();
  const refusals: { type: ClientPacketType; refusal: Refusal; times: number }[] = [];
  const losses: ClientPacketType[] = [];
  const swallowed: ClientPacketType[] = [];
  let largestFrame = 0;
  let dials = 0;
  let isDown = false;
  let delayMs = 0;
  let times = 1;
  let arrivesAt = 0;
  let frozen: (() => void)[] | undefined;

  const carry = (run: () => void): void => {
    if (frozen) return void frozen.push(run);
    // What was sent first arrives first, also when the delay changes in between.
    arrivesAt = Math.max(arrivesAt, clock.now() + delayMs);
    if (arrivesAt <= clock.now()) queueMicrotask(() => (frozen ? frozen.push(run) : run()));
    else clock.after(arrivesAt - clock.now(), () => (frozen ? frozen.push(run) : run()));
  };
  const of = (user: string | undefined): TestSession[] =>
    [...sessions].filter((session) => user === undefined || session.user?.id === user);
  const room = (name: RoomName): TestRoom => {
    const known = rooms.get(name) ?? new TestRoom(name, () => clock.now());
    rooms.set(name, known);
    return known;
  };
  const roomNamed = (name: string): TestRoom => {
    const parsed = parseRoomName(name);
    if (!parsed.ok) throw new Error(parsed.message);
    return room(parsed.room);
  };
  const parts: SessionParts = {
    clock,
    heartbeatMs,
    frameBytes,
    room,
    ordered(packet) {
      const order = refusals.find(({ type, times }) => type === packet.type && times-- > 0);
      if (order) order.times--;
      return order?.refusal;
    },
    came(bytes) {
      largestFrame = Math.max(largestFrame, bytes);
    },
    isSwallowed({ type }) {
      const at = swallowed.indexOf(type);
      if (at >= 0) swallowed.splice(at, 1);
      return at >= 0;
    },
    mayReply(session, { type }) {
      const at = losses.indexOf(type);
      if (at < 0) return true;
      losses.splice(at, 1);
      session.close(1006);
      return false;
    },
    ended: (session) => void sessions.delete(session),
  };
  const accept = (line: TestLine): TestSession | undefined => {
    dials++;
    if (isDown) return undefined;
    const doubled: TestLine = {
      end: line.end,
      send(frame) {
        for (let time = 0; time < times; time++) line.send(frame);
      },
    };
    const session = new TestSession(parts, doubled);
    sessions.add(session);
    return session;
  };
  const WebSocket = testWebSocket({ carry, accept });
  const fetch = guestDesk({ guests, isDown: () => isDown, carry });

  return {
    clock,
    WebSocket,
    fetch,
    get options() {
      return { relay: "https://relay.test", WebSocket, fetch, clock, storage: memoryStorage() };
    },
    get sessions() {
      return [...sessions];
    },
    get dials() {
      return dials;
    },
    token: (user) => writeTestToken(typeof user === "string" ? { sub: user } : user),
    room: roomNamed,
    say(name, user, text) {
      const by: Member = { id: user, name: user };
      return roomNamed(name).append({ kind: "message", id: `said-${said++}`, by, text });
    },
    cut: (user) => of(user).forEach((session) => session.close(1006)),
    close: (code, error, user) => of(user).forEach((session) => session.close(code, error)),
    freeze() {
      frozen ??= [];
    },
    thaw() {
      const waiting = frozen ?? [];
      frozen = undefined;
      waiting.forEach(carry);
    },
    down() {
      isDown = true;
      of(undefined).forEach((session) => session.close(1006));
    },
    up() {
      isDown = false;
    },
    delay(ms) {
      delayMs = ms;
    },
    duplicate(count) {
      times = count;
    },
    expire: (user) => of(user).forEach((session) => session.expire()),
    refuse: (type, refusal, times = Infinity) => void refusals.push({ type, refusal, times }),
    loseReply: (type) => void losses.push(type),
    goAway(withinMs) {
      // Who comes back in the meantime comes to the relay that takes over.
      const before = of(undefined);
      for (const session of before) session.send({ type: "goaway", within: withinMs });
      clock.after(withinMs, () =>
        before.filter((one) => sessions.has(one)).forEach((one) => one.close(1012)),
      );
    },
    swallow: (type) => void swallowed.push(type),
    heard: (user) => of(user).flatMap((session) => session.heard),
    frames: (user) => of(user).reduce((sum, session) => sum + session.frames, 0),
    get largestFrame() {
      return largestFrame;
    },
  };
}

let said = 1;

interface GuestDeskParts {
  readonly guests: boolean;
  isDown(): boolean;
  carry(run: () => void): void;
}

/** What stands in for `POST /v1/guest`: the same key is the same guest again. */
function guestDesk({ guests, isDown, carry }: GuestDeskParts): typeof fetch {
  const answer = (request: { name?: string; key?: string }): Response => {
    if (!guests) {
      const error = { code: "forbidden", message: "This relay serves no guests." };
      return Response.json({ error }, { status: 403 });
    }
    const claims: TestClaims = { sub: `guest-${request.key}`, name: request.name ?? "Guest" };
    return Response.json({ token: writeTestToken(claims), user: userOf(claims), expires: Infinity });
  };
  return (_address, init) =>
    new Promise((resolve, reject) => {
      const { body } = init ?? {};
      const request = JSON.parse(typeof body === "string" ? body : "{}") as { name?: string; key?: string };
      carry(() => (isDown() ? reject(new TypeError("fetch failed")) : resolve(answer(request))));
    });
}
