import { ChatError, type ChatErrorCode } from "../chat-error.ts";
import type { RoomEvent, Settings } from "../protocol/log.ts";
import type { JoinResult, RelayPacketOf } from "../protocol/relay-packets.ts";
import type { RoomName } from "../protocol/room-name.ts";
import type { Verb } from "../protocol/roles.ts";
import type { ChatStorage } from "../storage.ts";
import { Emitter, Listeners } from "../subscribable.ts";
import { Attendance, CLOSED } from "./attendance.ts";
import { draw } from "./draw.ts";
import { History } from "./history.ts";
import type { Link, Question, RoomPacket } from "./link.ts";
import { OutboxStore } from "./outbox-store.ts";
import type { Draft } from "./outbox.ts";
import { OwnTyping } from "./own-typing.ts";
import { People } from "./people.ts";
import { ReadMarker } from "./read-marker.ts";
import type { RoomListeners } from "./room-events.ts";
import { Sender } from "./sender.ts";
import { positionOf, type Span, type Start } from "./timeline.ts";
import type { Gap, RoomView } from "./view.ts";
import { Writer } from "./writer.ts";

/** How long a question about a room waits for the first join. */
const ARRIVAL_MS = 10_000;

/** What a room is made of. */
export interface RoomParts {
  readonly name: RoomName;
  readonly link: Link;
  readonly storage: ChatStorage;
  /** Names the relay in storage keys. */
  readonly relay: string;
  /** Told when the room was closed. */
  readonly closed: () => void;
}

/**
 * Puts a room's parts together: hands each packet to the part that it concerns, and draws one view of them all.
 * Applications hold a {@link Room}, which is the outside of this.
 */
export class RoomCore {
  readonly name: RoomName;
  readonly link: Link;
  readonly emitter = new Emitter<RoomListeners>();
  readonly watchers = new Listeners<RoomView>();
  readonly attendance: Attendance;
  readonly history: History;
  readonly people: People;
  readonly sender: Sender;
  readonly writer: Writer;
  readonly typing: OwnTyping;
  readonly marker: ReadMarker;
  readonly #parts: RoomParts;
  readonly #gaps = new WeakMap<Span, Gap>();
  #store: OutboxStore | undefined;
  #userId: string | undefined;
  #can: ReadonlySet<Verb> = new Set();
  #settings: Settings = {};
  #view: RoomView | undefined;
  #isTelling = false;

  constructor(parts: RoomParts) {
    const { name, link } = parts;
    const changed = (): void => this.changed();
    this.name = name;
    this.link = link;
    this.#parts = parts;
    this.history = new History(name, link, changed);
    this.people = new People(name, link, this.emitter, changed);
    this.attendance = new Attendance({
      room: name,
      link,
      position: () => positionOf(this.history.timeline),
      joined: (result, held) => this.#joined(result, held),
      changed: () => this.#moved(),
    });
    this.writer = new Writer(link, this.attendance);
    this.sender = new Sender({
      clock: link.clock,
      isLive: () => this.attendance.state.at === "inside",
      position: () => this.history.timeline,
      post: ({ at: _, ...draft }, reply) =>
        link.ask({ type: "post", room: name, ...draft } as Question<"post">, reply),
      backoffMs: (attempt) => link.backoffMs(attempt),
      save: (drafts) => this.#store?.save(drafts),
      changed,
    });
    this.typing = new OwnTyping(link.clock, (on) => link.send({ type: "typing", room: name, on }));
    this.marker = new ReadMarker(link.clock, (seq) => link.send({ type: "read", room: name, seq }));
  }

  /** The view as it is now: the same object until something changes. */
  view(): RoomView {
    return (this.#view ??= draw({
      room: this.name,
      attending: this.attendance.state,
      timeline: this.history.timeline,
      outbox: this.sender.outbox,
      roster: this.people.roster,
      can: this.#can,
      settings: this.#settings,
      read: this.marker.seq,
      user: this.link.user,
      refusal: this.link.refusal,
      gapOf: (span) => this.#gapOf(span),
    }));
  }

  /** Something that a screen shows is different; told once for all that happens in this turn of the event loop. */
  changed(): void {
    this.#view = undefined;
    if (this.#isTelling) return;
    this.#isTelling = true;
    queueMicrotask(() => {
      this.#isTelling = false;
      this.watchers.tell(this.view());
    });
  }

  /** One page further back; waits for the first join, but not for ever. */
  async older(limit?: number): Promise<boolean> {
    if (this.history.timeline.epoch === undefined) await this.#arrivedSoon();
    return this.history.older(limit);
  }

  lineUp(): void {
    this.attendance.lineUp();
  }

  lineDown(): void {
    this.attendance.lineDown();
    this.people.hush();
  }

  /** The relay said who this user is. */
  welcomed(userId: string): void {
    if (userId === this.#userId) return;
    if (this.#userId !== undefined) this.#becomeSomebodyElse();
    this.#userId = userId;
    const key = `natter:outbox:${this.#parts.relay}:${userId}:${this.name}`;
    this.#store = new OutboxStore(this.#parts.storage, key, (drafts) => this.#restore(drafts));
    this.#store.save(this.sender.unsent);
    this.changed();
  }

  packet(packet: RoomPacket): void {
    switch (packet.type) {
      case "event":
        return this.#event(packet);
      case "presence":
        return this.people.presence(packet);
      case "typing":
        return this.people.typing(packet);
      case "signal":
        return this.emitter.emit("signal", { name: packet.name, data: packet.data, by: packet.by });
      case "read":
        if (this.marker.moved(packet.seq)) this.changed();
        return;
      case "reset":
        return this.#restart(packet);
      case "left":
        return this.#left(packet);
      case "error":
        return this.emitter.emit("error", new ChatError(packet.code as ChatErrorCode, packet.message));
      default:
        return packet satisfies never;
    }
  }

  /** Ends everything here, for good. */
  close(): void {
    if (this.attendance.state.at === "closed") return;
    const { link, name } = this;
    const ignored = { ok: () => {}, failed: () => {} };
    this.typing.set(false);
    if (this.attendance.close()) link.ask({ type: "leave", room: name }, ignored);
    this.#store?.close();
    this.#store = undefined;
    this.sender.reset(CLOSED);
    this.marker.stop();
    this.people.hush();
    this.changed();
    this.#parts.closed();
  }

  #joined(result: JoinResult, held: readonly RoomEvent[]): void {
    this.#can = new Set(result.can);
    this.#settings = result.settings;
    this.people.joined(result);
    if (result.recovered) this.#recovered(result);
    else this.#restart({ ...result, messages: result.messages ?? [], more: result.more ?? false });
    this.marker.joined(result.read, result.seq);
    this.#apply(held);
    this.sender.pump();
    this.changed();
  }

  #recovered({ epoch, seq, events = [] }: JoinResult): void {
    // Asked for by a user who is another one by now, or about a log that has been replaced meanwhile.
    if (epoch !== this.history.timeline.epoch) return this.attendance.lostTrack();
    this.#apply(events);
    if (this.history.timeline.seq < seq) throw new Error("A recovery was not whole.");
  }

  #restart(start: Start): void {
    const { epoch, seq } = this.history.timeline;
    const gaps = this.history.restart(start);
    this.sender.seen(start.messages.filter((message) => message.by.id === this.#userId));
    for (const gap of gaps) this.emitter.emit("gap", this.#gapOf(gap));
    if (epoch !== start.epoch) return;
    for (const message of this.history.timeline.messages) if (message.seq > seq) this.emitter.emit("message", message);
  }

  #event(event: RoomEvent): void {
    if (!this.attendance.hold(event)) this.#apply([event]);
  }

  #apply(events: readonly RoomEvent[]): void {
    const { applied, missing } = this.history.replay(events);
    this.sender.seen(applied.filter((event) => event.kind === "message" && event.by.id === this.#userId));
    for (const event of applied) this.#tell(event);
    if (applied.length > 0) this.attendance.onTrack();
    if (missing) this.attendance.lostTrack();
  }

  #tell(event: RoomEvent): void {
    switch (event.kind) {
      case "message": {
        this.people.wrote(event.by.id);
        const message = this.history.firstAfter(event.seq - 1);
        if (message) this.emitter.emit("message", message);
        return;
      }
      case "settings":
        this.#settings = event.settings;
        return this.emitter.emit("settings", event);
      case "edit":
        return this.emitter.emit("edit", event);
      case "delete":
        return this.emitter.emit("delete", event);
      case "reaction":
        return this.emitter.emit("reaction", event);
      case "pin":
        return this.emitter.emit("pin", event);
      case "moderation":
        return this.emitter.emit("moderation", event);
      default:
        return event satisfies never;
    }
  }

  #left({ code, message }: RelayPacketOf<"left">): void {
    this.attendance.remove(new ChatError(code as ChatErrorCode, message));
  }

  /** Where this client stands has changed. */
  #moved(): void {
    const { state } = this.attendance;
    this.changed();
    if (state.at !== "removed") return;
    this.people.hush();
    this.sender.failAll(state.error);
    this.emitter.emit("removed", state.error);
  }

  #arrivedSoon(): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = new ChatError("offline", "There is no line to the relay just now.");
      const stop = this.link.clock.after(ARRIVAL_MS, () => reject(late));
      this.attendance.arrived().then(resolve, reject).finally(stop);
    });
  }

  /** Nothing that was the other user's is shown to this one, or sent in their name. */
  #becomeSomebodyElse(): void {
    this.#store?.close();
    this.#store = undefined;
    this.sender.reset(new ChatError("identity-changed", "Somebody else is signed in by now."));
    this.history.reset();
    this.marker.reset();
  }

  #restore(drafts: readonly Draft[]): void {
    this.sender.restore(drafts);
    this.sender.seen(this.history.timeline.messages.filter((message) => message.mine));
  }

  #gapOf(span: Span): Gap {
    const known = this.#gaps.get(span);
    const gap = known ?? { ...span, load: (limit) => this.history.load(span, limit) };
    this.#gaps.set(span, gap);
    return gap;
  }
}
