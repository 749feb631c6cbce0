import {
  parseRoomName,
  type Author,
  type CloseCode,
  type ErrorCode,
  type RoomEvent,
  type RoomName,
  type Verb,
} from "@natter/sdk/protocol";
import type { Admitted } from "../apps/doorkeeper.ts";
import type { App } from "../apps/app.ts";
import { DIRECT, type Approach } from "../apps/approach.ts";
import type { Rights } from "../auth/permissions.ts";
import type { Identity } from "../auth/claims.ts";
import type { Appended } from "../engine/engine.ts";
import { Frame } from "../frame.ts";
import { refusal, type Act, type Refusal } from "../room/gate.ts";
import { CLOSED, type Room } from "../room/room.ts";
import { entryRefusal, isGuarded } from "./entry.ts";
import type { SessionLine } from "./line.ts";
import { Allowance } from "./allowance.ts";
import { authorOf, rightsOf } from "./seat.ts";
import type { SessionContext, SessionLimits } from "./session-context.ts";
import { textRefusal } from "./sizes.ts";
import type { Admission, NoPlace } from "./users.ts";

/** So many times what others may leave waiting: a plain client has no way to catch up, and is cut off. */
const WAITING_QUEUES = 4;

/** A refusal that ends a plain connection: the protocol has no other way to say no. */
interface Ending {
  code: CloseCode;
  reason: string;
}

/**
 * A client of the plain endpoint: it says `{"message": "text"}` and hears `{"message": "text"}`, in one room,
 * and knows nothing of frames, tokens or history. What goes wrong ends the connection with a code and a reason.
 */
export class PlainSession {
  readonly #context: SessionContext;
  readonly #line: SessionLine;
  readonly #approach: Approach;
  readonly #allowance = new Allowance();
  #admission: Admission | undefined;
  #who: { app: App; identity: Identity } | undefined;
  #room: RoomName | undefined;
  #leave: () => void = () => {};
  #isOver = false;

  /** @param path the room's name as it stood in the address, percent-encoded */
  constructor(
    context: SessionContext,
    line: SessionLine,
    path: string,
    admitted: Admitted | Promise<Admitted>,
    approach: Approach = DIRECT,
  ) {
    this.#context = context;
    this.#line = line;
    this.#approach = approach;
    if (admitted instanceof Promise) void admitted.then((found) => this.#begin(path, found));
    else this.#begin(path, admitted);
  }

  get identity(): Identity | undefined {
    return this.#who?.identity;
  }

  get queuedBytes(): number {
    return this.#line.bufferedBytes;
  }

  onFrame(text: string): void {
    this.#context.meter.received.frames++;
    this.#context.meter.received.bytes += Buffer.byteLength(text);
    if (this.#isOver || this.#room === undefined || !this.#who) return;
    const message = readMessage(text);
    if (message === undefined) return this.end(4400, 'Send JSON like {"message": "Hello"}.');
    // Enter on an empty line is no mistake to end a conversation over.
    if (message === "") return;
    const tooLarge = textRefusal(message, this.#limits.textLength);
    if (tooLarge) {
      this.#context.meter.limited.add("text");
      return this.end(1009, tooLarge.message);
    }
    if (this.#isTooFast()) return this.end(4429, "Too many messages; slow down.");
    this.#context.rooms.use(this.#who.app.id, this.#room, (opened) => {
      if (opened.ok) this.#post(opened.room, message);
      else this.end(1013, "The relay cannot open this room just now.");
    });
  }

  onClose(): void {
    this.#isOver = true;
    this.#admission?.leave();
    this.#leave();
    this.#leave = () => {};
  }

  onTick(_now: number, wallNow: number): void {
    const expiresAt = this.identity?.expiresAt ?? Infinity;
    if (wallNow >= expiresAt + this.#limits.expiryGraceMs) this.end(4401, "The token has expired.");
  }

  goAway(): void {
    // A plain client knows no such packet; its connection ends with a reason when its turn comes.
  }

  end(code: CloseCode, reason: string): void {
    if (this.#isOver) return;
    this.onClose();
    this.#line.close(code, reason);
  }

  fail(closeCode: CloseCode, _code: ErrorCode, message: string): void {
    this.end(closeCode, message);
  }

  onChange(): void {
    if (!this.#who) return;
    const { app, identity } = this.#who;
    const objection = this.#context.doorkeeper.objection(app, identity, this.#approach);
    if (objection) return this.end(objection.closeCode, objection.message);
    const room = this.#room === undefined ? undefined : this.#context.rooms.get(app.id, this.#room);
    const why = room && this.#whyNot(room, "read");
    if (why) this.end(why.code, why.reason);
  }

  get #limits(): SessionLimits {
    return this.#who?.app.policy.limits ?? this.#context.limits;
  }

  #begin(path: string, admitted: Admitted): void {
    if (this.#isOver) return;
    if (!admitted.ok) return this.end(admitted.closeCode, admitted.message);
    const { app, identity } = admitted;
    this.#who = { app, identity };
    if (this.#isAdmitted(app, identity)) this.#enter(path, app);
  }

  /** Takes a place among those who are connected, if there is one. */
  #isAdmitted(app: App, { user }: Identity): boolean {
    const { users, meter } = this.#context;
    const turnAway = (limit: NoPlace): void => this.#tooMany(limit);
    const admission = users.enter(app.id, user.id, app.policy.limits.users, turnAway);
    if (typeof admission !== "object") {
      turnAway(admission);
      return false;
    }
    meter.app(app.id).add("hello");
    this.#admission = admission;
    return true;
  }

  #tooMany(limit: NoPlace): void {
    this.#context.meter.limited.add(limit);
    if (limit === "app") this.end(1013, "This app has no connection left.");
    else this.end(4429, "This user has too many connections open; close one first.");
  }

  #isTooFast(): boolean {
    const { clock, meter } = this.#context;
    const { rates, users } = this.#limits;
    const now = clock.monotonic();
    const isOver =
      this.#allowance.take("posts", rates, now) > 0 ||
      (this.#admission?.allowance.take("posts", users.rates, now) ?? 0) > 0;
    if (isOver) meter.limited.add("posts");
    return isOver;
  }

  #enter(path: string, app: App): void {
    const name = decodeRoom(path);
    if (!name.ok) return this.end(4400, name.message);
    this.#room = name.room;
    if (!isGuarded(this.#context, app.id)) return this.#goIn(name.room, app);
    void this.#ask(name.room).then((why) => {
      if (why) this.end(ENDINGS[why.code] ?? 4403, why.message);
      else if (!this.#isOver) this.#goIn(name.room, app);
    });
  }

  async #ask(room: RoomName): Promise<Refusal | undefined> {
    if (!this.#who) return undefined;
    const { app, identity } = this.#who;
    const rights = rightsOf(identity, app, room);
    // Whom the token does not allow it is told so by those who look at tokens.
    if (!rights.verbs.has("read")) return undefined;
    return entryRefusal(this.#context, { app: app.id, identity, room, rights, verb: "read" });
  }

  #goIn(room: RoomName, app: App): void {
    this.#context.rooms.use(app.id, room, (opened) => {
      if (this.#isOver) return;
      if (!opened.ok) return this.end(1013, "The relay cannot open this room just now.");
      const why = this.#whyNot(opened.room, "read");
      if (why) return this.end(why.code, why.reason);
      this.#listen(opened.room);
    });
  }

  #listen(room: Room): void {
    if (!this.#who) return;
    const stopWatching = room.watch({
      onEvent: (event) => this.#tell(event),
      onRenewed: () => this.onChange(),
      onClosed: () => this.end(4403, CLOSED),
    });
    const stopAttending = room.attend(authorOf(this.#who.identity, this.#rights(this.#who, room)));
    this.#leave = () => {
      stopWatching();
      stopAttending();
    };
  }

  #tell(event: RoomEvent): void {
    if (event.kind === "moderation" && event.user === this.identity?.user.id) return this.#obey(event);
    if (event.kind !== "message") return;
    const waiting = this.#line.bufferedBytes;
    if (waiting > WAITING_QUEUES * this.#limits.queueBytes)
      return this.end(1013, "Nothing was read for too long.");
    this.#line.frame(new Frame(JSON.stringify({ message: event.text })));
  }

  #obey(event: Extract<RoomEvent, { kind: "moderation" }>): void {
    if (event.action !== "kick" && event.action !== "ban") return;
    const what = event.action === "kick" ? "kicked" : "banned";
    this.end(4403, event.reason ?? `A moderator has ${what} you.`);
  }

  #post(room: Room, text: string): void {
    if (this.#isOver || !this.#who) return;
    const why = this.#whyNot(room, "post");
    if (why) return this.end(why.code, why.reason);
    const by = authorOf(this.#who.identity, this.#rights(this.#who, room));
    const id = this.#context.newConnectionId();
    const { app } = this.#who;
    if (this.#context.gates.asks("beforePost", app.id))
      return this.#judge(room, { app: app.id, id, by, text });
    this.#store(room, id, by, text);
  }

  #store(room: Room, id: string, by: Author, text: string): void {
    room.state.notePost(by.id, this.#context.clock.now());
    this.#context.appender.append({ room: room.key, id, by, content: { kind: "message", text } }, (result) =>
      this.#onStored(result),
    );
  }

  #judge(room: Room, { app, id, by, text }: { app: string; id: string; by: Author; text: string }): void {
    const { gates, posts } = this.#context;
    const isTaken = posts.run(JSON.stringify([app, room.name, by.id]), async () => {
      const post = { app, room: room.name, user: by, id, text };
      const ruling = await gates.beforePost(post, this.#limits);
      if (this.#isOver) return;
      if (!ruling.ok) return this.end(ENDINGS[ruling.code] ?? 4403, ruling.message);
      // By now the rights may be others.
      const why = this.#whyNot(room, "post");
      if (why) return this.end(why.code, why.reason);
      this.#store(room, id, by, ruling.post.text);
    });
    if (!isTaken) this.end(4429, "Too many messages; slow down.");
  }

  #onStored(result: Appended): void {
    if (result.ok && this.#who) this.#context.meter.app(this.#who.app.id).add("post");
    else if (!result.ok) this.end(1013, result.message);
  }

  #rights({ app, identity }: { app: App; identity: Identity }, room: Room): Rights {
    return rightsOf(identity, app, room.name);
  }

  #whyNot(room: Room, act: Act & ("read" | "post")): Ending | undefined {
    const user = this.identity?.user.id ?? "";
    const standing = {
      verbs: this.#who ? this.#rights(this.#who, room).verbs : new Set<Verb>(),
      restrictions: room.state.restrictions(user),
      settings: room.state.settings,
      lastPostAt: room.state.lastPostAt(user),
    };
    const why = refusal(act, [act], standing, this.#context.clock.now());
    return why && { code: why.code === "slow-mode" ? 4429 : 4403, reason: why.message };
  }
}

/** How a refusal of the app's own ends a plain connection, where it is not 4403. */
const ENDINGS: Partial<Record<ErrorCode, CloseCode>> = { unavailable: 1013 };

function readMessage(text: string): string | undefined {
  try {
    const json: unknown = JSON.parse(text);
    const message = typeof json === "object" && json !== null && "message" in json ? json.message : undefined;
    return typeof message === "string" && message.isWellFormed() ? message : undefined;
  } catch {
    return undefined;
  }
}

function decodeRoom(path: string): ReturnType<typeof parseRoomName> {
  try {
    return parseRoomName(decodeURIComponent(path));
  } catch {
    return { ok: false, message: "The room in the address is not percent-encoded UTF-8." };
  }
}
