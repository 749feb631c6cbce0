import type { Author } from "@natter/sdk/protocol";
import type { Clock } from "../../src/clock.ts";
import {
  roomKeyOf,
  type Appended,
  type Content,
  type Draft,
  type Engine,
  type RoomItem,
  type RoomKey,
} from "../../src/engine/engine.ts";
import type { Retention } from "../../src/engine/retention.ts";
import { roomName } from "../doubles/events.ts";

/** Makes an engine with nothing in it; whoever made it closes it after the test. */
export type MakeEngine = (options: {
  clock: Clock;
  retention: Retention;
  auditAgeMs?: number;
}) => Promise<Engine>;

/** Keeps everything that a test could write. */
export const ENDLESS: Retention = { count: 1_000_000, ageMs: 3650 * 86_400_000 };

export const LOBBY = roomKeyOf("default", roomName("lobby"));
export const GARDEN = roomKeyOf("default", roomName("garden"));
/** A room of another app with a name that is taken in the first. */
export const THEIR_LOBBY = roomKeyOf("other", roomName("lobby"));

/** The author that a test calls by a name. */
export function author(name: string): Author {
  return { id: name, name: name.toUpperCase() };
}

let ids = 0;

/** A draft of a room, from somebody; with an id of its own unless one is given. */
export function draft(content: Content, by = "ann", given: Partial<Draft> = {}): Draft {
  return { room: LOBBY, id: `id-${++ids}`, by: author(by), content, ...given };
}

/** A message, as a draft. */
export function says(text: string, by = "ann", given: Partial<Draft> = {}): Draft {
  return draft({ kind: "message", text }, by, given);
}

/** Appends one draft and tells its result. */
export async function appendOne(engine: Engine, one: Draft): Promise<Appended> {
  const [result] = await engine.log.append([one]);
  if (!result) throw new Error("The log gave no result.");
  return result;
}

/** Appends messages, in one batch. */
export async function fill(engine: Engine, count: number, room: RoomKey = LOBBY): Promise<void> {
  const texts = Array.from({ length: count }, (_, at) => `message ${at + 1}`);
  await engine.log.append(texts.map((text) => says(text, "ann", { room })));
}

/** Everything a room's listeners are told from now on. */
export async function listen(engine: Engine, room: RoomKey = LOBBY): Promise<RoomItem[]> {
  const heard: RoomItem[] = [];
  await engine.bus.subscribe(room, (item) => heard.push(item));
  return heard;
}

/** All the text that a room's log tells in any way: in pages, in replays, in answers to repeats. */
export async function everythingTold(engine: Engine, room: RoomKey = LOBBY): Promise<string> {
  const { log } = engine;
  const page = await log.page(room, 1000);
  const replay = await log.after(room, page.epoch, 0, 100_000);
  const found = await Promise.all(
    replay.ok ? replay.events.map((event) => log.find(room, event.by.id, event.id)) : [],
  );
  return JSON.stringify([page, replay, found]);
}
