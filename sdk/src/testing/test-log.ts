import {
  LIMITS,
  type JoinResult,
  type Message,
  type MessageEvent,
  type Position,
  type RoomEvent,
  type Settings,
} from "../protocol/index.ts";

/** Something to be written to a log: an event without what the relay stamps. */
export type Draft = RoomEvent extends infer E
  ? E extends RoomEvent
    ? Omit<E, "type" | "room" | "seq" | "at">
    : never
  : never;

interface Held extends Omit<Message, "reactions"> {
  reactions: Map<string, Set<string>>;
}

/** The log of one room of a test relay: the same rules as a relay's, on arrays. */
export class TestLog {
  readonly events: RoomEvent[] = [];
  epoch: string;
  /** Events up to here can no longer be replayed, only seen in the messages they led to. */
  trimmed = 0;
  readonly #room: MessageEvent["room"];
  readonly #now: () => number;
  readonly #messages = new Map<number, Held>();
  settings: Settings = {};
  /** The messages pinned last, the newest at the end. */
  pins: number[] = [];

  constructor(room: MessageEvent["room"], epoch: string, now: () => number) {
    this.#room = room;
    this.epoch = epoch;
    this.#now = now;
  }

  /** The last place. */
  get seq(): number {
    return this.events.length;
  }

  /** The event that the same user stored under this id, if any: writing is idempotent. */
  find(user: string, id: string): RoomEvent | undefined {
    return this.events.find((event) => event.id === id && event.by.id === user);
  }

  /** The message at a place, if it is one and not deleted. */
  message(seq: number): Held | undefined {
    const message = this.#messages.get(seq);
    return message?.deletedAt === undefined ? message : undefined;
  }

  append(draft: Draft): RoomEvent {
    const at = Math.max(this.#now(), this.events.at(-1)?.at ?? 0);
    const event = { type: "event", room: this.#room, seq: this.seq + 1, at, ...draft } as RoomEvent;
    this.#fold(event);
    this.events.push(event);
    return event;
  }

  /** How many hold an emoji after one user set it or took it away. */
  countAfter(target: number, emoji: string, user: string, on: boolean): number {
    const holders = new Set(this.#messages.get(target)?.reactions.get(emoji));
    if (on) holders.add(user);
    else holders.delete(user);
    return holders.size;
  }

  /** All events after a place, or undefined when they are not all there. */
  since(position: Position, limit: number): RoomEvent[] | undefined {
    const { epoch, seq } = position;
    const isHere = epoch === this.epoch && seq <= this.seq && seq >= this.trimmed && this.seq - seq <= limit;
    return isHere ? this.events.slice(seq) : undefined;
  }

  /** A page of messages before a place, as one reader sees them. */
  page(reader: string, limit: number, before = Infinity): Required<Pick<JoinResult, "messages" | "more">> {
    const older = [...this.#messages.values()].filter((message) => message.seq < before);
    const messages = limit > 0 ? older.slice(-limit) : [];
    return {
      messages: messages.map((message) => toldTo(reader, message)),
      more: older.length > messages.length,
    };
  }

  #fold(event: RoomEvent): void {
    if (event.kind === "settings") this.settings = event.settings;
    if (event.kind === "message") this.#messages.set(event.seq, start(event));
    const message = "target" in event ? this.#messages.get(event.target) : undefined;
    if (message && "target" in event) this.#amend(message, event);
    if (event.kind !== "pin" && event.kind !== "delete") return;
    const others = this.pins.filter((seq) => seq !== event.target);
    this.pins = (event.kind === "pin" && event.on ? [...others, event.target] : others).slice(-LIMITS.pins);
  }

  #amend(message: Held, event: Extract<RoomEvent, { target: number }>): void {
    switch (event.kind) {
      case "edit":
        message.text = event.text;
        message.editedAt = event.at;
        return;
      case "pin":
        if (event.on) message.pinned = true;
        else delete message.pinned;
        return;
      case "reaction": {
        const holders = message.reactions.get(event.emoji) ?? new Set();
        if (event.on) holders.add(event.by.id);
        else holders.delete(event.by.id);
        message.reactions.set(event.emoji, holders);
        return;
      }
      case "delete":
        return this.#erase(message, event);
      default:
        return event satisfies never;
    }
  }

  /** The text is gone from the events too, so that no replay brings it back. */
  #erase(message: Held, event: Extract<RoomEvent, { kind: "delete" }>): void {
    const { seq, id, reply } = message;
    const { reason, author } = event;
    const by = author ?? message.by;
    const removed = !author &&
      event.by.id !== by.id && { removed: { ...(reason !== undefined && { reason }) } };
    const deletedAt = event.at;
    const rest = { seq, at: message.at, id, by, text: "", deletedAt, ...removed, reactions: new Map() };
    this.#messages.set(seq, reply === undefined ? rest : { ...rest, reply });
    this.events.forEach((event, index) => {
      const isIt = event.seq === seq || (event.kind === "edit" && event.target === seq);
      if (isIt && "text" in event) this.events[index] = { ...event, text: "" };
      if (isIt && "data" in event) delete (this.events[index] as { data?: object }).data;
    });
  }
}

function start({ seq, at, id, by, text, reply, data }: MessageEvent): Held {
  const message: Held = { seq, at, id, by, text, reactions: new Map() };
  if (reply !== undefined) message.reply = reply;
  if (data) message.data = data;
  return message;
}

function toldTo(reader: string, { reactions, ...message }: Held): Message {
  const told = [...reactions]
    .filter(([, holders]) => holders.size > 0)
    .map(([emoji, holders]) => [emoji, { count: holders.size, mine: holders.has(reader) }] as const);
  return told.length > 0 ? { ...message, reactions: Object.fromEntries(told) } : { ...message };
}
