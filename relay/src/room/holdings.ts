import type { Position, RoomEvent } from "@natter/sdk/protocol";
import type { Engine, Head, Present, RoomKey } from "../engine/engine.ts";
import type { StoredMessage } from "../engine/fold.ts";
import { postsInSlowMode } from "./slow-mode.ts";

/** What a room holds of all that its engine keeps. */
export interface Holdings {
  head: Head;
  present: Present;
  /** The messages that slow mode still makes somebody wait for. */
  posts: readonly StoredMessage[];
}

/** What became of a room since a place in its log: the events, or, where the log cannot tell them all, the whole. */
export type News = { present: Present; events: readonly RoomEvent[] } | Holdings;

/** Reads all that a room holds, at a moment `now` (ms since 1970). Rejects when the engine cannot be read. */
export async function readHoldings(engine: Engine, key: RoomKey, now: number): Promise<Holdings> {
  const [head, present] = await Promise.all([engine.log.head(key), engine.presence.look(key)]);
  return { head, present, posts: await postsInSlowMode(engine.log, key, head.settings, now) };
}

/**
 * Reads what a room has missed.
 *
 * @param limit events that are read at most, before the whole is read instead
 */
export async function readNews(
  engine: Engine,
  key: RoomKey,
  since: Position,
  limit: number,
  now: number,
): Promise<News> {
  const replay = await engine.log.after(key, since.epoch, since.seq, limit);
  if (!replay.ok) return readHoldings(engine, key, now);
  return { events: replay.events, present: await engine.presence.look(key) };
}
