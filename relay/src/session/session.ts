import {
  decodeClientFrame,
  type BadPacket,
  type ClientPacket,
  type CloseCode,
  type ErrorCode,
  type Request,
  type RequestType,
  type Results,
  type RoomName,
} from "@natter/sdk/protocol";
import type { App } from "../apps/app.ts";
import { DIRECT, type Approach } from "../apps/approach.ts";
import type { Identity } from "../auth/claims.ts";
import type { Actor } from "../engine/engine.ts";
import { frameOf } from "../frame.ts";
import type { Refusal } from "../room/gate.ts";
import { Allowance, type RateName } from "./allowance.ts";
import { dispatch } from "./dispatch.ts";
import { recheckRights } from "./handle-hello.ts";
import { HeldPackets } from "./held-packets.ts";
import type { SessionLine } from "./line.ts";
import { Bucket, type Rate } from "./rate-limit.ts";
import { leaveSeat } from "./seat.ts";
import { Seats } from "./seats.ts";
import type { SessionContext, SessionLimits } from "./session-context.ts";
import { Turns } from "./turns.ts";
import type { Admission } from "./users.ts";

/** Refusals for being too fast, after which a client that does not slow down is sent away. */
const FLOOD: Rate = { perSecond: 20, burst: 200 };

/**
 * So many times what a room may leave waiting can wait to be read before nothing more is done for a client. It may
 * ask for far more than that in one frame, and need not read any of it.
 */
const UNREAD_QUEUES = 16;

/** Bytes of an answer that cost as much as a packet: making pages is work, and a page is asked for in a word. */
const BYTES_PER_PACKET = 16 * 1024;

/** What else than a packet each packet is. Whatever is stored costs a commit, and is told to everybody. */
const COUNTED_AS: Readonly<Partial<Record<ClientPacket["type"], RateName>>> = {
  post: "posts",
  edit: "posts",
  delete: "posts",
  react: "posts",
  pin: "posts",
  moderate: "posts",
  configure: "posts",
  join: "joins",
  history: "history",
  members: "history",
};

/** What there was too much of, as a client is told. */
const WORDS: Readonly<Record<RateName, string>> = {
  packets: "packets",
  posts: "messages and changes",
  bytes: "bytes",
  joins: "joins",
  history: "pages",
};

/** What a refusal is about: a packet, as far as it could be read. */
export interface About {
  type?: string;
  ref?: number;
  room?: RoomName;
}

/**
 * - `awaiting-hello`: connected, nobody yet;
 * - `verifying`: the keys for the token are being asked for; what comes meanwhile is held;
 * - `open`: somebody, until `expiresAt` and a grace;
 * - `closed`: over; what still comes in is ignored.
 */
type State =
  | { kind: "awaiting-hello"; until: number }
  | { kind: "verifying"; until: number; held: HeldPackets }
  | { kind: "open"; open: OpenSession; warned: boolean }
  | { kind: "closed" };

/** What a session knows once somebody has said hello. */
export interface OpenSession {
  readonly app: App;
  identity: Identity;
  readonly seats: Seats;
  /** The user's place among those who are connected. */
  readonly admission: Admission;
}

/** One client's conversation with the relay: who it is, which rooms it is in, and what it may say next. */
export class Session {
  readonly context: SessionContext;
  readonly line: SessionLine;
  readonly approach: Approach;
  /** Those of the app, once it is known which that is. */
  limits: SessionLimits;
  /** Readings of this client, one after the other. */
  readonly turns = new Turns();
  #state: State;
  readonly #allowance = new Allowance();
  /** Refusals for being too fast; there are none as long as the client behaves. */
  #patience: Bucket | undefined;
  #hasHeard = true;
  #heardAt: number;
  #saidAt: number;
  #askedAt: number;
  #drainedAt: number;
  #takenBytes = 0;
  readonly #address: string | undefined;

  /** @param address where the connection comes from, for the audit */
  constructor(context: SessionContext, line: SessionLine, approach: Approach = DIRECT, address?: string) {
    this.#address = address;
    this.context = context;
    this.line = line;
    this.approach = approach;
    this.limits = context.limits;
    // Whole milliseconds, here and below: a number with a fraction is an object of its own for every connection.
    const now = Math.floor(context.clock.monotonic());
    this.#state = { kind: "awaiting-hello", until: now + context.limits.helloMs };
    this.#heardAt = this.#saidAt = this.#askedAt = this.#drainedAt = now;
  }

  /** The session's user and rooms, while it has any. */
  get open(): OpenSession | undefined {
    return this.#state.kind === "open" ? this.#state.open : undefined;
  }

  get identity(): Identity | undefined {
    return this.open?.identity;
  }

  /** From where this client does what the audit keeps. */
  get actor(): Partial<Actor> | undefined {
    return this.#address === undefined ? undefined : { address: this.#address };
  }

  /** True when the conversation is over. */
  get isClosed(): boolean {
    return this.#state.kind === "closed";
  }

  /** Bytes that the peer has not taken yet. */
  get queuedBytes(): number {
    return this.line.bufferedBytes;
  }

  /** Takes in one frame. */
  onFrame(text: string): void {
    if (this.isClosed) return;
    this.#hasHeard = true;
    const debtMs = this.#payFor(text);
    const frame = decodeClientFrame(text);
    if (!frame.ok) return this.fail(4400, "invalid", frame.message);
    if (frame.packets.length === 0) return this.#onHeartbeat();
    for (const packet of frame.packets) {
      if (this.isClosed) return;
      if (debtMs > 0) this.#tooFast(packet.ok ? packet.packet : packet, debtMs, "bytes");
      else if (packet.ok) this.#onPacket(packet.packet);
      else this.#onBadPacket(packet);
    }
  }

  /** The line is gone. */
  onClose(): void {
    const { open } = this;
    this.#state = { kind: "closed" };
    for (const [, seat] of open?.seats.entries() ?? []) leaveSeat(seat);
    open?.seats.clear();
    if (!open) return;
    open.admission.leave();
    this.context.log.debug({ app: open.app.id, user: open.identity.user.id }, "Somebody went.");
  }

  /** Somebody has said who they are, and the keys to verify it with are being asked for. */
  becomeVerifying(): void {
    if (this.#state.kind !== "awaiting-hello") return;
    const until = this.context.clock.monotonic() + this.limits.helloMs;
    this.#state = { kind: "verifying", until, held: new HeldPackets() };
  }

  /** Somebody was verified: they are welcome. */
  becomeOpen(app: App, identity: Identity, admission: Admission): void {
    const before = this.#state;
    this.#state = { kind: "open", open: { app, identity, seats: new Seats(), admission }, warned: false };
    const { limits } = app.policy;
    this.limits = limits;
    const connection = this.context.newConnectionId();
    this.context.log.debug({ connection, app: app.id, user: identity.user.id }, "Somebody came in.");
    this.line.packet(
      JSON.stringify({
        type: "welcome",
        connection,
        user: identity.user,
        app: app.id,
        heartbeat: limits.heartbeatMs,
        expires: identity.expiresAt,
        limits: {
          frameBytes: limits.frameBytes,
          textLength: limits.textLength,
          dataBytes: limits.dataBytes,
          roomsPerConnection: limits.roomsPerConnection,
          pageMax: limits.pageMax,
          replayEvents: limits.replayEvents,
          listedMembers: limits.listedMembers,
        },
      }),
    );
    if (before.kind === "verifying") before.held.release((packet) => this.#dispatch(packet));
  }

  /** The app's policy is another now, or a token was revoked: looks again whether this one may stay, and do what. */
  onChange(): void {
    const { open } = this;
    if (!open) return;
    const objection = this.context.doorkeeper.objection(open.app, open.identity, this.approach);
    if (objection) return this.fail(objection.closeCode, objection.code, objection.message);
    // Each policy has limits of its own: with the same ones, it was something else that has changed.
    if (this.limits === open.app.policy.limits) return;
    this.limits = open.app.policy.limits;
    recheckRights(this, "The app's default role gives no right to read this room any more.");
  }

  /** The same user has a new token. */
  renew(identity: Identity): void {
    if (this.#state.kind !== "open") return;
    this.#state.open.identity = identity;
    this.#state.warned = false;
  }

  /** Answers a request that succeeded. */
  reply<T extends RequestType>(request: Request & { type: T }, result: Results[T]): void {
    this.say(JSON.stringify({ type: "ok", ref: request.ref, ...result }));
  }

  /** Says a packet that was asked for, given as JSON. */
  say(json: string): void {
    const { limits } = this;
    const { clock } = this.context;
    this.#allowance.spend("packets", limits.rates, clock.monotonic(), json.length / BYTES_PER_PACKET);
    this.line.packet(json);
  }

  /** Answers a packet that wants an answer only if it bears a number. */
  confirm(packet: { ref?: number }): void {
    if (packet.ref !== undefined) this.line.packet(JSON.stringify({ type: "ok", ref: packet.ref }));
  }

  /** Answers a packet that cannot be done. */
  refuse(packet: About, refusal: Refusal & { incident?: string }): void {
    const { code, message, retryAfter, reason, incident } = refusal;
    this.context.meter.errors.add(code);
    this.line.packet(
      JSON.stringify({
        type: "error",
        ...(packet.ref !== undefined && { ref: packet.ref }),
        code,
        message,
        ...(retryAfter !== undefined && { retryAfter: Math.ceil(retryAfter) }),
        ...(packet.room !== undefined && { room: packet.room }),
        ...(reason !== undefined && { reason }),
        ...(incident !== undefined && { incident }),
      }),
    );
  }

  /** Ends the connection, after telling an integrator what to change. */
  fail(closeCode: CloseCode, code: ErrorCode, message: string): void {
    if (this.isClosed) return;
    this.refuse({}, { code, message });
    this.line.close(closeCode, message);
    this.onClose();
  }

  /** The relay is about to stop. */
  goAway(withinMs: number): void {
    if (this.open) this.line.packet(JSON.stringify({ type: "goaway", within: withinMs }));
  }

  /** Ends the connection for a reason that is not the client's. */
  end(closeCode: CloseCode, reason: string): void {
    for (const [, seat] of this.open?.seats.entries() ?? []) {
      if (seat.state === "joined") seat.room.settle(seat.occupant);
    }
    this.line.close(closeCode, reason);
    this.onClose();
  }

  /** What time alone brings about: heartbeats, dead lines, tokens that run out. Called about every second. */
  onTick(now: number, wallNow: number): void {
    const state = this.#state;
    if (state.kind === "closed") return;
    this.#keepAlive(now);
    if (state.kind === "open") this.#watchToken(state, wallNow);
    else if (now >= state.until) this.fail(4408, "unauthorized", "No `hello` came in time; send it first.");
  }

  /** Refuses a reading whose turn has come, while those before it are not paid for or not read. True if it did. */
  refuseReading(packet: About): boolean {
    if (this.#refuseIfUnread(packet)) return true;
    const debtMs = this.#allowance.wait("packets", this.limits.rates, this.context.clock.monotonic(), 0);
    if (debtMs > 0) this.#tooFast(packet, debtMs, "packets");
    return debtMs > 0;
  }

  /** Refuses what asks for more while too much waits to be read already. True if it did. */
  #refuseIfUnread(packet: About): boolean {
    if (this.line.bufferedBytes < UNREAD_QUEUES * this.limits.queueBytes) return false;
    this.context.meter.limited.add("unread");
    this.#refuseForNow(packet, "Too much waits to be read already; read it before you ask for more.", 1000);
    return true;
  }

  #onPacket(packet: ClientPacket): void {
    this.context.meter.packets.add(packet.type);
    if (this.#refuseIfUnread(packet) || this.#isOver(packet, "packets")) return;
    const counted = COUNTED_AS[packet.type];
    if (counted !== undefined && this.#isOver(packet, counted)) return;
    this.#dispatch(packet);
  }

  /** Takes one of a kind, of the connection's and of the user's; refuses the packet where there is none. */
  #isOver(packet: About, name: RateName): boolean {
    const { limits } = this;
    const { clock } = this.context;
    const now = clock.monotonic();
    const waitMs =
      this.#allowance.take(name, limits.rates, now) ||
      (this.open?.admission.allowance.take(name, limits.users.rates, now) ?? 0);
    if (waitMs > 0) this.#tooFast(packet, waitMs, name);
    return waitMs > 0;
  }

  /**
   * Counts a frame's bytes. They are here already, so they are owed: where what came before is not paid for,
   * nothing of the frame is done. Returns the milliseconds until all is paid for then, and else 0.
   */
  #payFor(text: string): number {
    const { limits } = this;
    const { clock, meter } = this.context;
    const now = clock.monotonic();
    const bytes = Buffer.byteLength(text);
    meter.received.frames++;
    meter.received.bytes += bytes;
    const shared = this.open?.admission.allowance;
    const debtMs = (): number =>
      this.#allowance.wait("bytes", limits.rates, now, 0) ||
      (shared?.wait("bytes", limits.users.rates, now, 0) ?? 0);
    const isInDebt = debtMs() > 0;
    this.#allowance.spend("bytes", limits.rates, now, bytes);
    shared?.spend("bytes", limits.users.rates, now, bytes);
    return isInDebt ? debtMs() : 0;
  }

  /** A heartbeat asks for nothing, but a million of them are a flood as well. */
  #onHeartbeat(): void {
    this.context.meter.packets.add("heartbeat");
    this.#isOver({}, "packets");
  }

  #dispatch(packet: ClientPacket): void {
    if (this.open) return dispatch(this, packet);
    if (this.#state.kind === "verifying") return this.#hold(packet, this.#state.held);
    if (packet.type === "hello") return dispatch(this, packet);
    if (this.#state.kind === "awaiting-hello") {
      this.fail(4401, "unauthorized", "The first packet of a connection must be `hello` with a token.");
    }
  }

  /** Whoever is not known yet may ask for a little, which costs memory until they are. */
  #hold(packet: ClientPacket, held: HeldPackets): void {
    if (held.add(packet)) return;
    this.fail(4429, "rate-limited", "Wait for `welcome` before you send that much.");
  }

  #onBadPacket(bad: BadPacket): void {
    if (this.#state.kind === "awaiting-hello") return this.fail(4401, bad.code, bad.message);
    this.#onPacketRefused(bad);
  }

  #onPacketRefused(bad: BadPacket): void {
    this.context.meter.packets.add("unreadable");
    if (!this.#refuseIfUnread(bad) && !this.#isOver(bad, "packets")) this.refuse(bad, bad);
  }

  #tooFast(packet: About, retryAfter: number, limit: RateName): void {
    this.context.meter.limited.add(limit);
    this.#refuseForNow(
      packet,
      `Too many ${WORDS[limit]}; wait ${Math.ceil(retryAfter)} ms before the next.`,
      retryAfter,
    );
  }

  #refuseForNow(packet: About, message: string, retryAfter: number): void {
    const now = this.context.clock.monotonic();
    this.#patience ??= new Bucket(FLOOD, now);
    if (this.#patience.take(FLOOD, now) > 0) {
      return this.fail(4429, "rate-limited", "The flood went on after `rate-limited`; slow down.");
    }
    this.refuse(packet, { code: "rate-limited", message, retryAfter });
  }

  #keepAlive(exactly: number): void {
    const now = Math.floor(exactly);
    const { heartbeatMs, heartbeatGraceMs, stalledMs } = this.limits;
    if (this.#hasHeard) this.#heardAt = now;
    this.#hasHeard = false;
    if (this.line.takeHasSent()) this.#saidAt = now;
    if (this.#isStalled(now, stalledMs)) return this.#giveUp(1013, "Nothing was read for too long.");
    if (now - this.#heardAt > 2 * heartbeatMs + heartbeatGraceMs)
      return this.#giveUp(4408, "No heartbeat came.");
    // In a busy room there is always something to say: who only listens is asked all the same.
    const quietSince = Math.min(this.#saidAt, Math.max(this.#heardAt, this.#askedAt));
    if (now - quietSince < heartbeatMs) return;
    this.#saidAt = this.#askedAt = now;
    this.line.frame(HEARTBEAT_FRAME);
  }

  /** True when bytes have been waiting all the while and none of them went. */
  #isStalled(now: number, stalledMs: number): boolean {
    const { bufferedBytes, takenBytes } = this.line;
    if (bufferedBytes === 0 || takenBytes > this.#takenBytes) this.#drainedAt = now;
    this.#takenBytes = takenBytes;
    return now - this.#drainedAt >= stalledMs;
  }

  /** A close frame would wait behind what is not read: the line is cut when it does not go soon. */
  #giveUp(code: CloseCode, reason: string): void {
    if (code === 4408) this.refuse({}, { code: "invalid", message: `${reason} Answer \`[]\` with \`[]\`.` });
    this.end(code, reason);
    this.context.clock.after(1000, () => this.line.terminate());
  }

  #watchToken(state: Extract<State, { kind: "open" }>, wallNow: number): void {
    const { expiresAt, issuedAt } = state.open.identity;
    const { expiryGraceMs, expiringMs } = this.limits;
    if (wallNow >= expiresAt + expiryGraceMs) {
      return this.fail(4401, "token-expired", "The token has expired and no new one came.");
    }
    const lifetime = issuedAt === undefined ? Infinity : expiresAt - issuedAt;
    if (state.warned || wallNow < expiresAt - Math.min(expiringMs, lifetime / 2)) return;
    state.warned = true;
    this.line.packet(JSON.stringify({ type: "expiring", at: expiresAt }));
  }
}

const HEARTBEAT_FRAME = frameOf([]);
