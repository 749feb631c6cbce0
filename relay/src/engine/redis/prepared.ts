import type { RoomEvent, RoomName } from "@natter/sdk/protocol";
import { decide } from "../decide.ts";
import type { Appended, Draft, Restriction } from "../engine.ts";
import { foldInto, foldRestrictions, startMessage, type StoredMessage } from "../fold.ts";
import { eventOf, eventTexts, idKeyOf, readStored, SEPARATOR } from "./event-text.ts";

/** A draft that was decided, as the step takes it, and what else is to be known when it is stored. */
export interface Prepared {
  draft: Draft;
  /** What it becomes; its place and time are not known yet. */
  event: RoomEvent;
  /** The author of the message that it targets. */
  targetAuthor?: string;
  args: readonly string[];
}

/** What is known of a message that is targeted. */
interface Known {
  message: StoredMessage;
  version: string;
}

/** Stands in a fold for the event's time, which the step gives. */
const TIME = -1;

/**
 * What decisions about a room's drafts are made by, as it was read; each is checked again by the step that stores what
 * was decided.
 */
export class Facts {
  readonly #room: RoomName;
  readonly #settings: string;
  readonly #messages = new Map<number, Known>();
  readonly #held = new Map<string, string>();

  constructor(
    room: RoomName,
    settings: string,
    messages: readonly (readonly [seq: number, stored: string | null, changed: string | null])[],
    held: readonly (readonly [user: string, text: string])[],
  ) {
    this.#room = room;
    this.#settings = settings;
    this.#held = new Map(held);
    for (const [seq, stored, changed] of messages) {
      const message = stored === null ? undefined : messageOf(room, seq, stored, changed);
      const version = changed === null ? "0" : changed.slice(0, changed.indexOf(SEPARATOR));
      if (message) this.#messages.set(seq, { message, version });
    }
  }

  /** What a draft becomes, or why it becomes nothing. */
  prepare(draft: Draft): Prepared | Extract<Appended, { ok: false }> {
    const decision = decide(draft, {
      room: this.#room,
      seq: 0,
      at: TIME,
      settings: JSON.parse(this.#settings) as object,
      // Whether a message is there that is answered is looked at by the step itself.
      message: (seq) => this.#messages.get(seq)?.message ?? answered(draft, seq),
    });
    if (!decision.ok) return decision;
    const { event } = decision;
    const { kind, rest, words } = eventTexts(event);
    const own = [kind, idKeyOf(draft.by.id, draft.id), rest, words];
    const known = "target" in event ? this.#messages.get(event.target) : undefined;
    return {
      draft,
      event,
      ...(known && { targetAuthor: known.message.by.id }),
      args: [...own, ...this.#change(event, known)],
    };
  }

  /** The last arguments of the step: target, what must hold, what holds then, and whether a pin is put on. */
  #change(event: RoomEvent, known: Known | undefined): [string, string, string, string] {
    switch (event.kind) {
      case "message":
        return [event.reply === undefined ? "" : String(event.reply), "", "", ""];
      case "settings":
        return ["", this.#settings, JSON.stringify(event.settings), ""];
      case "moderation": {
        const held = this.#held.get(event.user) ?? "";
        const before = held === "" ? [] : (JSON.parse(held) as Restriction[]);
        const after = foldRestrictions(before, event);
        return [event.user, held, after.length === 0 ? "" : JSON.stringify(after), ""];
      }
      default: {
        const { message, version } = known as Known;
        const fold = foldText(foldInto(message, event));
        return [String(event.target), version, fold, event.kind === "pin" && event.on ? "1" : ""];
      }
    }
  }
}

/** The message at a place, as the log keeps it; undefined if there is none. */
export function messageOf(
  room: RoomName,
  seq: number,
  stored: string,
  changed: string | null,
): StoredMessage | undefined {
  if (changed !== null) return JSON.parse(changed.slice(changed.lastIndexOf(SEPARATOR) + 1)) as StoredMessage;
  const { kind, parts } = readStored(stored);
  if (kind !== "m") return undefined;
  const event = eventOf(room, seq, parts);
  return event.kind === "message" ? startMessage(event) : undefined;
}

/** What a draft has to be decided by. */
export function needsOf({ content }: Draft): { message?: number; user?: string; settings?: true } {
  switch (content.kind) {
    case "message":
      return {};
    case "settings":
      return { settings: true };
    case "moderation":
      return { user: content.user };
    default:
      return { message: content.target };
  }
}

function answered({ content }: Draft, seq: number): StoredMessage | undefined {
  return content.kind === "message" ? { seq, at: 0, id: "", by: { id: "", name: "" }, text: "" } : undefined;
}

/** A fold's JSON, in which the character 2 stands for the event's time: JSON itself has none. */
function foldText({ editedAt, deletedAt, ...rest }: StoredMessage): string {
  const times = Object.entries({ editedAt, deletedAt }).filter(([, at]) => at !== undefined);
  const told = times.map(([name, at]) => `,"${name}":${at === TIME ? "\u0002" : String(at)}`);
  return `${JSON.stringify(rest).slice(0, -1)}${told.join("")}}`;
}
