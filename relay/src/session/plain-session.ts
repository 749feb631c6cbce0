import {
  parseRoomName,
  type CloseCode,
  type RoomEvent,
  type RoomName,
  type Verb,
} from "@natter/sdk/protocol";
import type { Rights } from "../auth/permissions.ts";
import type { Identity } from "../auth/claims.ts";
import type { Verdict } from "../auth/token-verifier.ts";
import type { Appended } from "../engine/engine.ts";
import { Frame } from "../frame.ts";
import { refusal, type Act } from "../room/gate.ts";
import type { Room } from "../room/room.ts";
import type { SessionLine } from "./line.ts";
import { Bucket } from "./rate-limit.ts";
import { authorOf, rightsOf } from "./seat.ts";
import type { SessionContext } from "./session-context.ts";
import { textRefusal } from "./sizes.ts";

/** Bytes that may wait for a plain client. It has no way to catch up, so one that falls behind is cut off. */
const MAX_WAITING_BYTES = 1024 * 1024;

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
  readonly #identity: Identity | undefined;
  readonly #posts: Bucket;
  #room: RoomName | undefined;
  #leave: () => void = () => {};
  #isOver = false;

  /** @param path the room's name as it stood in the address, percent-encoded */
  constructor(
    context: SessionContext,
    line: SessionLine,
    path: string,
    verdict: Verdict | { ok: false; message: string },
  ) {
    this.#context = context;
    this.#line = line;
    this.#posts = new Bucket(context.limits.posts, context.clock.monotonic());
    this.#identity = verdict.ok ? verdict.identity : undefined;
    if (!verdict.ok) this.end(4401, verdict.message);
    else this.#enter(path);
  }

  onFrame(text: string): void {
    if (this.#isOver || this.#room === undefined) return;
    const message = readMessage(text);
    if (message === undefined) return this.end(4400, 'Send JSON like {"message": "Hello"}.');
    // Enter on an empty line is no mistake to end a conversation over.
    if (message === "") return;
    const tooLarge = textRefusal(message, this.#context.limits.textLength);
    if (tooLarge) return this.end(1009, tooLarge.message);
    if (this.#posts.take(this.#context.limits.posts, this.#context.clock.monotonic()) > 0) {
      return this.end(4429, "Too many messages; slow down.");
    }
    this.#context.rooms.use(this.#context.app.id, this.#room, (opened) => {
      if (opened.ok) this.#post(opened.room, message);
      else this.end(1013, "The relay cannot open this room just now.");
    });
  }

  onClose(): void {
    this.#isOver = true;
    this.#leave();
    this.#leave = () => {};
  }

  onTick(_now: number, wallNow: number): void {
    const expiresAt = this.#identity?.expiresAt ?? Infinity;
    if (wallNow >= expiresAt + this.#context.limits.expiryGraceMs) this.end(4401, "The token has expired.");
  }

  goAway(): void {
    // A plain client knows no such packet; its connection ends with a reason when its turn comes.
  }

  end(code: CloseCode, reason: string): void {
    if (this.#isOver) return;
    this.onClose();
    this.#line.close(code, reason);
  }

  #enter(path: string): void {
    const name = decodeRoom(path);
    if (!name.ok) return this.end(4400, name.message);
    this.#room = name.room;
    this.#context.rooms.use(this.#context.app.id, name.room, (opened) => {
      if (this.#isOver) return;
      if (!opened.ok) return this.end(1013, "The relay cannot open this room just now.");
      const why = this.#whyNot(opened.room, "read");
      if (why) return this.end(why.code, why.reason);
      this.#listen(opened.room);
    });
  }

  #listen(room: Room): void {
    if (!this.#identity) return;
    const stopWatching = room.watch((event) => this.#tell(event));
    const stopAttending = room.attend(authorOf(this.#identity, this.#rights(this.#identity, room)));
    this.#leave = () => {
      stopWatching();
      stopAttending();
    };
  }

  #tell(event: RoomEvent): void {
    if (event.kind === "moderation" && event.user === this.#identity?.user.id) return this.#obey(event);
    if (event.kind !== "message") return;
    if (this.#line.bufferedBytes > MAX_WAITING_BYTES) return this.end(1013, "Nothing was read for too long.");
    this.#line.frame(new Frame(JSON.stringify({ message: event.text })));
  }

  #obey(event: Extract<RoomEvent, { kind: "moderation" }>): void {
    if (event.action !== "kick" && event.action !== "ban") return;
    const what = event.action === "kick" ? "kicked" : "banned";
    this.end(4403, event.reason ?? `A moderator has ${what} you.`);
  }

  #post(room: Room, text: string): void {
    if (this.#isOver || !this.#identity) return;
    const why = this.#whyNot(room, "post");
    if (why) return this.end(why.code, why.reason);
    const by = authorOf(this.#identity, this.#rights(this.#identity, room));
    room.state.notePost(by.id, this.#context.clock.now());
    this.#context.appender.append(
      { room: room.key, id: this.#context.newConnectionId(), by, content: { kind: "message", text } },
      (result) => this.#onStored(result),
    );
  }

  #onStored(result: Appended): void {
    if (!result.ok) this.end(1013, result.message);
  }

  #rights(identity: Identity, room: Room): Rights {
    return rightsOf(identity, this.#context.app, room.name);
  }

  #whyNot(room: Room, act: Act & ("read" | "post")): Ending | undefined {
    const user = this.#identity?.user.id ?? "";
    const standing = {
      verbs: this.#identity ? this.#rights(this.#identity, room).verbs : new Set<Verb>(),
      restrictions: room.state.restrictions(user),
      settings: room.state.settings,
      lastPostAt: room.state.lastPostAt(user),
    };
    const why = refusal(act, [act], standing, this.#context.clock.now());
    return why && { code: why.code === "slow-mode" ? 4429 : 4403, reason: why.message };
  }
}

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
