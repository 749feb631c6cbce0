import {
  decodeClientFrame,
  encodeFrame,
  HEARTBEAT,
  LIMITS,
  type ClientPacket,
  type ClientPacketOf,
  type ErrorCode,
  type Member,
  type RelayPacket,
  type Request,
  type RoomName,
  type User,
  type Verb,
} from "../protocol/index.ts";
import { makeTimer, type Timer } from "../timer.ts";
import type { Clock } from "../clock.ts";
import type { Draft } from "./test-log.ts";
import type { TestRoom } from "./test-room.ts";
import type { TestLine, TestLineEvents } from "./test-socket.ts";
import { readTestToken, rightsIn, userOf, type TestClaims } from "./test-token.ts";

/** What a session needs of its relay. */
export interface SessionParts {
  readonly clock: Clock;
  readonly heartbeatMs: number;
  readonly frameBytes: number;
  room(name: RoomName): TestRoom;
  /** A refusal that a test ordered for this packet, if any. */
  ordered(packet: ClientPacket): Refusal | undefined;
  /** Told before a reply is sent; false when a test ordered that it be lost, with the line. */
  mayReply(session: TestSession, request: Request): boolean;
  /** A frame of so many bytes came. */
  came(bytes: number): void;
  /** True when a test ordered that this packet never be answered. */
  isSwallowed(packet: ClientPacket): boolean;
  ended(session: TestSession): void;
}

/** A request whose effect is stored. */
type WriteRequest = Exclude<
  Request,
  { type: "token" | "join" | "leave" | "history" | "members" | "restrictions" }
>;

/** Why something was refused. */
export interface Refusal {
  code: ErrorCode;
  message: string;
  retryAfter?: number;
  reason?: string;
}

/** One client's line, as the test relay serves it. */
export class TestSession implements TestLineEvents {
  /** Everything this client has said, in order. */
  readonly heard: ClientPacket[] = [];
  /** In how many frames, heartbeats too. */
  frames = 0;
  readonly rooms = new Set<TestRoom>();
  readonly #parts: SessionParts;
  readonly #line: TestLine;
  readonly #timers: { hello: Timer; expiring: Timer; expiry: Timer; heartbeat: Timer };
  #claims: TestClaims | undefined;
  #isOver = false;

  constructor(parts: SessionParts, line: TestLine) {
    this.#parts = parts;
    this.#line = line;
    const timer = (): Timer => makeTimer(parts.clock);
    this.#timers = { hello: timer(), expiring: timer(), expiry: timer(), heartbeat: timer() };
    this.#timers.hello.set(LIMITS.helloMs, () => this.close(4408));
    this.#beat();
  }

  /** Who is speaking, once they said hello. */
  get user(): User | undefined {
    return this.#claims && userOf(this.#claims);
  }

  /** What this client's token says; nothing before hello. */
  get claims(): TestClaims {
    return this.#claims ?? { sub: "", rooms: {} };
  }

  /** This user as a member of a room. */
  member(room: TestRoom): Member {
    const { role } = rightsIn(this.claims, room.name);
    return { ...userOf(this.claims), ...(role && { role }) };
  }

  may(room: TestRoom, verb: Verb): boolean {
    return rightsIn(this.claims, room.name).can.includes(verb);
  }

  send(...packets: RelayPacket[]): void {
    this.#line.send(encodeFrame(packets));
    this.#beat();
  }

  /** Sends text as it is, for what no honest relay would send. */
  sendRaw(frame: string): void {
    this.#line.send(frame);
  }

  /** Ends the line; with a code of an error, that error is told first. */
  close(closeCode: number, error?: ErrorCode, message = `Closed by the test (${closeCode}).`): void {
    if (error) this.send({ type: "error", code: error, message });
    this.#line.end(closeCode);
    this.ended();
  }

  frame(text: string): void {
    if (this.#isOver) return;
    this.frames++;
    const bytes = new TextEncoder().encode(text).length;
    this.#parts.came(bytes);
    if (bytes > this.#parts.frameBytes) return this.close(1009);
    if (text === HEARTBEAT) return;
    const frame = decodeClientFrame(text);
    if (!frame.ok) return this.close(4400, "invalid", frame.message);
    for (const decoded of frame.packets) {
      if (this.#isOver) return;
      if (decoded.ok) this.#packet(decoded.packet);
      else {
        const { code, message, ref, room } = decoded;
        this.send({ type: "error", code, message, ...(ref !== undefined && { ref }), ...(room && { room }) });
      }
    }
  }

  ended(): void {
    this.#isOver = true;
    for (const timer of Object.values(this.#timers)) timer.stop();
    for (const room of [...this.rooms]) room.leave(this);
    this.#parts.ended(this);
  }

  /** The token's end is now. */
  expire(): void {
    this.close(4401, "token-expired", "The token has ended.");
  }

  #packet(packet: ClientPacket): void {
    this.heard.push(packet);
    if (this.#parts.isSwallowed(packet)) return;
    if (packet.type === "hello") return this.#hello(packet);
    if (!this.#claims) return this.close(4401, "unauthorized", "Say hello first.");
    const refusal = this.#parts.ordered(packet);
    if (packet.type !== "typing" && packet.type !== "signal" && packet.type !== "read") {
      return this.#request(packet, refusal);
    }
    if (!refusal) this.#notice(packet);
  }

  #hello({ token }: ClientPacketOf<"hello">): void {
    const claims = readTestToken(token);
    if (!claims) return this.close(4401, "unauthorized", "This is no token of the test relay's.");
    if ((claims.expires ?? Infinity) <= this.#parts.clock.now()) return this.expire();
    this.#timers.hello.stop();
    this.#claims = claims;
    this.#watchExpiry();
    this.send({
      type: "welcome",
      connection: "test",
      user: userOf(claims),
      app: "test",
      heartbeat: this.#parts.heartbeatMs,
      expires: claims.expires ?? null,
      limits: { ...LIMITS, frameBytes: this.#parts.frameBytes },
    });
  }

  #watchExpiry(): void {
    const { expiring, expiry } = this.#timers;
    expiring.stop();
    expiry.stop();
    const at = this.#claims?.expires;
    if (at === undefined) return;
    const left = at - this.#parts.clock.now();
    expiring.set(left - Math.min(LIMITS.expiringMs, left / 2), () => this.send({ type: "expiring", at }));
    expiry.set(left + LIMITS.expiryGraceMs, () => this.expire());
  }

  #request(request: Request, refusal: Refusal | undefined): void {
    const { ref } = request;
    const outcome = refusal ?? this.#carryOut(request);
    if (!this.#parts.mayReply(this, request)) return;
    const room = "room" in request ? { room: request.room } : {};
    if ("code" in outcome) this.send({ type: "error", ref, ...room, ...(outcome as Refusal) });
    else this.send({ type: "ok", ref, ...outcome });
    if (request.type === "join" && !("code" in outcome)) this.#parts.room(request.room).enter(this);
  }

  #carryOut(request: Request): object {
    if (request.type === "token") return this.#renew(request.token);
    const room = this.#parts.room(request.room);
    if (!this.may(room, "read")) return refuse("forbidden", "The token gives no right to read this room.");
    switch (request.type) {
      case "join":
        return room.join(this, request);
      case "leave":
        room.leave(this);
        return {};
      case "history":
        return room.log.page(this.user?.id ?? "", request.limit ?? LIMITS.pageDefault, request.before);
      case "members":
        return { members: room.members(), count: room.members().length };
      case "restrictions":
        return this.may(room, "mute") || this.may(room, "ban")
          ? { restrictions: room.restrictions() }
          : refuse("forbidden", "The token gives no right to mute or ban here.");
      default:
        return this.#write(room, request);
    }
  }

  #renew(token: string): object {
    const claims = readTestToken(token);
    if (!claims) return refuse("unauthorized", "This is no token of the test relay's.");
    if (claims.sub !== this.#claims?.sub)
      return refuse("identity-changed", "This token names somebody else.");
    this.#claims = claims;
    this.#watchExpiry();
    for (const room of [...this.rooms]) {
      if (!this.may(room, "read")) room.remove(claims.sub, "forbidden", "The new token does not allow it.");
    }
    return { expires: claims.expires ?? null };
  }

  #write(room: TestRoom, request: WriteRequest): object {
    const user = this.user?.id ?? "";
    const known = room.log.find(user, request.id);
    const { epoch } = room.log;
    if (known) return { epoch, seq: known.seq, at: known.at, duplicate: true };
    const draft = this.#draft(room, request);
    if ("code" in draft) return draft;
    const event = room.append(draft);
    const { seq, at } = event;
    if (event.kind === "moderation") room.enforce(event.action, event.user, event);
    return { epoch, seq, at };
  }

  #draft(room: TestRoom, request: WriteRequest): Draft | Refusal {
    const stamp = { id: request.id, by: this.member(room) };
    const mine = "target" in request && room.log.message(request.target)?.by.id === stamp.by.id;
    const verb = verbFor(request, mine);
    if (!this.may(room, verb))
      return refuse("forbidden", `The token gives no right to ${request.type} here.`);
    const silence = room.silences(stamp.by.id);
    if (silence) return silence;
    if ("target" in request && !room.log.message(request.target)) {
      return refuse("not-found", "There is no such message.");
    }
    switch (request.type) {
      case "post": {
        if (request.text.length > LIMITS.textLength) return refuse("too-large", "The text is too long.");
        const { text, reply, data } = request;
        return { kind: "message", ...stamp, text, ...(reply && { reply }), ...(data && { data }) };
      }
      case "edit":
        return { kind: "edit", ...stamp, target: request.target, text: request.text };
      case "delete":
        return { kind: "delete", ...stamp, target: request.target, ...reasonOf(request) };
      case "react": {
        const { target, emoji, on } = request;
        const count = room.log.countAfter(target, emoji, stamp.by.id, on);
        return { kind: "reaction", ...stamp, target, emoji, on, count };
      }
      case "pin":
        return { kind: "pin", ...stamp, target: request.target, on: request.on };
      case "moderate": {
        const { action, user } = request;
        const name = room.nameOf(user);
        const until =
          request.for === undefined ? {} : { until: this.#parts.clock.now() + request.for * 1000 };
        const named = name === undefined ? {} : { name };
        return { kind: "moderation", ...stamp, action, user, ...named, ...until, ...reasonOf(request) };
      }
      case "configure": {
        const { title, slowMode, locked } = request;
        const change = {
          ...(title !== undefined && { title }),
          ...(slowMode !== undefined && { slowMode }),
          ...(locked !== undefined && { locked }),
        };
        return { kind: "settings", ...stamp, settings: { ...room.log.settings, ...change } };
      }
      default:
        return request satisfies never;
    }
  }

  #notice(packet: ClientPacketOf<"typing" | "read" | "signal">): void {
    const room = this.#parts.room(packet.room);
    const { name, id } = this.user ?? { name: "", id: "" };
    if (!this.rooms.has(room)) {
      const refusal = refuse("not-joined", "Join the room first.");
      return this.send({ type: "error", room: packet.room, ...refusal });
    }
    if (packet.type === "read") return room.read(this, packet.seq);
    const others = [...room.sessions].filter((session) => session !== this);
    for (const other of others) {
      if (packet.type === "typing")
        other.send({ type: "typing", room: room.name, user: { id, name }, on: packet.on });
      else other.send({ ...packet, by: { id, name } });
    }
  }

  #beat(): void {
    this.#timers.heartbeat.set(this.#parts.heartbeatMs, () => {
      this.#line.send(HEARTBEAT);
      this.#beat();
    });
  }
}

function refuse(code: ErrorCode, message: string): Refusal {
  return { code, message };
}

function reasonOf({ reason }: { reason?: string }): { reason?: string } {
  return reason === undefined ? {} : { reason };
}

/** The right that a writing takes. */
function verbFor(request: Request, mine: boolean): Verb {
  switch (request.type) {
    case "edit":
      return "edit-own";
    case "delete":
      return mine ? "delete-own" : "delete-any";
    case "react":
    case "pin":
    case "configure":
      return request.type;
    case "moderate":
      return request.action.includes("mute") ? "mute" : request.action === "kick" ? "kick" : "ban";
    default:
      return "post";
  }
}
