import type { RoomEvent, Settings } from "@natter/sdk/protocol";
import type { Head, Restriction } from "../engine/engine.ts";
import { foldPins, foldRestrictions, withoutName } from "../engine/fold.ts";

const NONE: readonly Restriction[] = [];

/** What a room's events have made of it: its settings, and who is restricted. Kept true by {@link apply}. */
export class RoomState {
  epoch: string;
  settings: Settings;
  /** The messages pinned last, the newest at the end. */
  pins: readonly number[];
  #restrictions: Map<string, readonly Restriction[]>;
  /** When each user's last message came, while slow mode may ask for it. */
  readonly #lastPostAt = new Map<string, number>();

  constructor(head: Head) {
    this.epoch = head.epoch;
    this.settings = head.settings;
    this.pins = head.pins;
    this.#restrictions = new Map(head.restrictions);
  }

  /** The room was deleted: nothing holds in it any more. */
  restart(epoch: string): void {
    this.renew({ epoch, settings: {}, pins: [], restrictions: new Map() });
  }

  /** Takes in what holds, whatever was known before. */
  renew({ epoch, settings, pins, restrictions }: Omit<Head, "seq">): void {
    if (epoch !== this.epoch || !settings.slowMode) this.#lastPostAt.clear();
    this.epoch = epoch;
    this.settings = settings;
    this.pins = pins;
    this.#restrictions = new Map(restrictions);
  }

  /** A user was forgotten: what holds for them holds on, without their name. */
  forget(userId: string): void {
    const held = this.#restrictions.get(userId);
    if (held) this.#restrictions.set(userId, held.map(withoutName));
  }

  restrictions(userId: string): readonly Restriction[] {
    return this.#restrictions.get(userId) ?? NONE;
  }

  /** Everybody who was restricted and not set free since, by id; some restrictions may have ended by themselves. */
  restricted(): Iterable<[string, readonly Restriction[]]> {
    return this.#restrictions;
  }

  lastPostAt(userId: string): number | undefined {
    return this.#lastPostAt.get(userId);
  }

  /** Notes that a user's message is on its way into the log, so that two at once do not both pass slow mode. */
  notePost(userId: string, at: number): void {
    if (!this.settings.slowMode) return;
    this.#lastPostAt.set(userId, at);
  }

  /**
   * Takes in who wrote lately, for a room that was forgotten meanwhile: when nobody was in it, or with a restart.
   *
   * @param posts the times of messages and their authors' ids
   */
  recallPosts(posts: Iterable<{ at: number; by: { id: string } }>): void {
    for (const { at, by } of posts) {
      this.#lastPostAt.set(by.id, Math.max(at, this.#lastPostAt.get(by.id) ?? -Infinity));
    }
  }

  apply(event: RoomEvent): void {
    if (event.kind === "settings") {
      this.settings = event.settings;
      if (!event.settings.slowMode) this.#lastPostAt.clear();
    }
    // Of those who write by way of another relay there is no other word.
    if (event.kind === "message" && this.settings.slowMode) this.recallPosts([event]);
    if ("target" in event) this.pins = foldPins(this.pins, event);
    if (event.kind === "moderation") {
      const next = foldRestrictions(this.restrictions(event.user), event);
      if (next.length === 0) this.#restrictions.delete(event.user);
      else this.#restrictions.set(event.user, next);
    }
  }
}
