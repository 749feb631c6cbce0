import type { Message, RoomEvent, Settings } from "@natter/sdk/protocol";
import { MIN_ID_AGE_MS, partsOfKey, type Draft, type RoomKey } from "../../src/engine/engine.ts";
import type { Retention } from "../../src/engine/retention.ts";

type NaiveMessage = Omit<Message, "reactions"> & { reactions?: Record<string, string[]> };

/** What a model says became of a draft; without the epoch, which it does not know. */
export type NaiveResult =
  { ok: true; seq: number; at: number; duplicate: boolean } | { ok: false; code: string };

/**
 * A log that forgets nothing and works everything out from the beginning, each time it is asked. Slow and plain,
 * and it shares nothing with the real ones: it is what they are compared with.
 */
export class NaiveLog {
  readonly #retention: Retention;
  readonly #rooms = new Map<RoomKey, RoomEvent[]>();

  constructor(retention: Retention) {
    this.#retention = retention;
  }

  append(draft: Draft, now: number): NaiveResult {
    const repeated = this.find(draft.room, draft.by.id, draft.id, now);
    if (repeated) return repeated;
    const code = this.#refusal(draft, now);
    if (code !== undefined) return { ok: false, code };
    const events = this.#events(draft.room);
    const at = Math.max(now, ...events.map((event) => event.at));
    const event = this.#event(draft, events.length + 1, at);
    events.push(event);
    if (event.kind === "reaction") {
      event.count = this.#message(draft.room, event.target).reactions?.[event.emoji]?.length ?? 0;
    }
    if (event.kind === "delete") erase(events, event.target);
    return { ok: true, seq: event.seq, at, duplicate: false };
  }

  find(room: RoomKey, user: string, id: string, now: number): NaiveResult | undefined {
    const kept = this.#kept(room, now);
    const used = this.#events(room).filter((event) => event.by.id === user && event.id === id);
    const known = used.find((event) => kept.includes(event) || event.at >= now - MIN_ID_AGE_MS);
    return known && { ok: true, seq: known.seq, at: known.at, duplicate: true };
  }

  after(room: RoomKey, seq: number, limit: number, now: number): RoomEvent[] | undefined {
    const missed = this.#events(room).slice(seq);
    const kept = this.#kept(room, now);
    const isAhead = seq > this.#events(room).length;
    return isAhead || missed.length > limit || missed.some((event) => !kept.includes(event))
      ? undefined
      : missed;
  }

  page(
    room: RoomKey,
    limit: number,
    before: number,
    now: number,
  ): { messages: NaiveMessage[]; more: boolean } {
    const kept = this.#kept(room, now).filter(({ kind, seq }) => kind === "message" && seq < before);
    const page = limit === 0 ? [] : kept.slice(-limit);
    return { messages: page.map(({ seq }) => this.#message(room, seq)), more: kept.length > limit };
  }

  head(room: RoomKey): {
    seq: number;
    settings: Settings;
    pins: number[];
    restrictions: Record<string, unknown>;
  } {
    const restrictions: Record<string, { kind: string; until?: number; reason?: string }[]> = {};
    let pins: number[] = [];
    for (const event of this.#events(room)) {
      if (event.kind !== "pin" && event.kind !== "delete") continue;
      pins = pins.filter((seq) => seq !== event.target);
      if (event.kind === "pin" && event.on) pins = [...pins, event.target].slice(-20);
    }
    for (const event of this.#events(room)) {
      if (event.kind !== "moderation" || event.action === "kick") continue;
      const { user, until, reason } = event;
      const kind = event.action.endsWith("ban") ? "ban" : "mute";
      const others = (restrictions[user] ?? []).filter((one) => one.kind !== kind);
      const until_ = until === undefined ? {} : { until };
      const reason_ = reason === undefined ? {} : { reason };
      const now = event.action.startsWith("un") ? [] : [{ kind, ...until_, ...reason_ }];
      restrictions[user] = [...others, ...now];
    }
    return {
      seq: this.#events(room).length,
      settings: this.#settings(room),
      pins,
      restrictions: Object.fromEntries(Object.entries(restrictions).filter(([, held]) => held.length > 0)),
    };
  }

  #refusal({ room, content, by, ownOnly }: Draft, now: number): string | undefined {
    const isReply = content.kind === "message";
    const target = "target" in content ? content.target : isReply ? content.reply : undefined;
    if (target === undefined) return undefined;
    const isKept = this.#kept(room, now).some(({ seq, kind }) => seq === target && kind === "message");
    if (!isKept) return "not-found";
    if (isReply) return undefined;
    const message = this.#message(room, target);
    if (message.deletedAt !== undefined) return "not-found";
    return ownOnly && message.by.id !== by.id ? "forbidden" : undefined;
  }

  #event({ room, id, by, content }: Draft, seq: number, at: number): RoomEvent {
    const place = { type: "event" as const, room: partsOfKey(room).room, seq, at, id, by };
    switch (content.kind) {
      case "settings": {
        const settings = Object.entries({ ...this.#settings(room), ...content.change });
        const set = settings.filter(([, value]) => value !== "" && value !== 0 && value !== false);
        return { ...place, kind: "settings", settings: Object.fromEntries(set) };
      }
      case "reaction":
        return { ...place, ...content, count: 0 };
      default:
        return { ...place, ...content };
    }
  }

  #message(room: RoomKey, seq: number): NaiveMessage {
    const events = this.#events(room);
    const first = events[seq - 1];
    if (first?.kind !== "message") throw new Error(`There is no message at ${seq}.`);
    const { at, id, by, text, reply, data } = first;
    const reply_ = reply === undefined ? {} : { reply };
    const about = events.filter((event) => "target" in event && event.target === seq);
    const gone = about.find(({ kind }) => kind === "delete");
    if (gone?.kind === "delete") {
      const reason = gone.reason === undefined ? {} : { reason: gone.reason };
      const removed = gone.by.id === by.id ? {} : { removed: reason };
      return { seq, at, id, by, text: "", ...reply_, deletedAt: gone.at, ...removed };
    }
    const edit = about.findLast((event) => event.kind === "edit");
    const pin = about.findLast((event) => event.kind === "pin");
    const reactions = heldReactions(about);
    return {
      ...{ seq, at, id, by, text: edit?.text ?? text, ...reply_ },
      ...(data && { data }),
      ...(edit && { editedAt: edit.at }),
      ...(pin?.on && { pinned: true }),
      ...(Object.keys(reactions).length > 0 && { reactions }),
    };
  }

  #events(room: RoomKey): RoomEvent[] {
    const events = this.#rooms.get(room) ?? [];
    this.#rooms.set(room, events);
    return events;
  }

  #kept(room: RoomKey, now: number): RoomEvent[] {
    const { count, ageMs } = this.#retention;
    return this.#events(room)
      .slice(-count)
      .filter(({ at }) => at >= now - ageMs);
  }

  #settings(room: RoomKey): Settings {
    return this.#events(room).findLast((event) => event.kind === "settings")?.settings ?? {};
  }
}

function heldReactions(about: readonly RoomEvent[]): Record<string, string[]> {
  const held: Record<string, string[]> = {};
  for (const event of about) {
    if (event.kind !== "reaction") continue;
    const others = (held[event.emoji] ?? []).filter((user) => user !== event.by.id);
    held[event.emoji] = event.on ? [...others, event.by.id] : others;
  }
  return Object.fromEntries(Object.entries(held).filter(([, users]) => users.length > 0));
}

function erase(events: RoomEvent[], target: number): void {
  for (const [at, event] of events.entries()) {
    if (event.kind === "message" && event.seq === target) {
      const { data: _, ...rest } = event;
      events[at] = { ...rest, text: "" };
    }
    if (event.kind === "edit" && event.target === target) events[at] = { ...event, text: "" };
  }
}
