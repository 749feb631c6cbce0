import type { Person, Role, RoomEvent, RoomName, User, Verb } from "@natter/sdk/protocol";

/** Somebody wants to come into a room, read it or write to it, and their token allows it. */
export interface AuthorizeRequest {
  app: string;
  user: User;
  room: RoomName;
  /** What they are about to do. Who has joined was asked about, and is not again for what they do there. */
  verb: Verb;
  /** Everything that their token allows them in the room. */
  can: readonly Verb[];
  role?: Role;
  /** `renewal`: they are in the room, and have a new token. */
  at: "entry" | "renewal";
}

/** True lets them; otherwise the sentence is told to them. */
export type AuthorizeAnswer = boolean | { reject: string };

/** A message that is about to be stored, or other words for one that is. */
export interface PostRequest {
  app: string;
  room: RoomName;
  /** Who the message is by. */
  user: Person;
  /** The id that the client gave it. */
  id: string;
  text: string;
  data?: Record<string, unknown>;
  reply?: number;
  /** The message that gets other words; absent for a new one. */
  edits?: number;
}

/** Nothing or true takes it as it is; other words or `data` take their place; a sentence refuses it. */
export type PostAnswer =
  void | undefined | true | { text?: string; data?: Record<string, unknown> } | { reject: string };

/** Something that was stored. */
export interface StoredEvent {
  app: string;
  room: RoomName;
  /** The life of the log in which `event.seq` is a place. */
  epoch: string;
  event: RoomEvent;
}

/** How long a hook may take, in ms (2000 without), and what holds when it fails: throws, hangs, or talks nonsense. */
export interface HookOptions {
  timeoutMs?: number;
  /** `refuse` without. */
  onFailure?: "allow" | "refuse";
}

/** A hook with options of its own. */
export type Hook<Call, Options> = Call | (Options & { call: Call });

type MaybeLater<T> = T | Promise<T>;

/**
 * What an application may decide inside the relay, and hear from it.
 *
 * @example
 * const relay = await createRelay({
 *   hooks: { beforePost: ({ text }) => (text.includes("casino") ? { reject: "No casinos here." } : undefined) },
 * });
 */
export interface Hooks {
  /** May somebody come into a room? Asked after the token has allowed it, and again when it is renewed. */
  authorize?: Hook<(request: AuthorizeRequest) => MaybeLater<AuthorizeAnswer>, HookOptions>;
  /** May this be said? Asked for new messages and for other words, last of all before they are stored. */
  beforePost?: Hook<(post: PostRequest) => MaybeLater<PostAnswer>, HookOptions>;
  /**
   * Hears every event once it is stored, those of a room one after the other. Nobody waits for it; what it misses
   * when the relay stops is told to nobody: see webhooks for more than that.
   */
  onEvent?: Hook<(stored: StoredEvent) => MaybeLater<unknown>, Pick<HookOptions, "timeoutMs">>;
}
