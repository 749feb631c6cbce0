import type { Deed } from "../moderation/notices.ts";

/**
 * Every text the element shows or speaks. A language that lacks one does not compile. What counts is a
 * function of the number, because each language has its own plural rules.
 */
export interface RoomStrings {
  /** The language, as in `lang`: `en`, `pt-br`; in lower case. */
  $code: string;

  /** Names the whole room for assistive technology. */
  chat(title: string): string;
  messages: string;
  people(count: number): string;
  listPeople: string;
  youAreHere(name: string): string;
  peopleNotListed(count: number): string;
  admin: string;
  moderator: string;
  reader: string;

  placeholder: string;
  write: string;
  send: string;
  charactersLeft(count: number): string;
  charactersOver(count: number): string;
  /** How many names or emoji are offered to complete what is being written. */
  suggestions(count: number): string;
  noFiles: string;
  yourName: string;
  namePrompt: string;

  noMessages: string;
  beTheFirst: string;
  loading: string;
  loadingOlder: string;
  /** A part of the room that somebody asked for. */
  notLoaded: string;
  olderFailed: string;
  beginning: string;
  newHere: string;
  newMessages(count: number): string;
  toLatest: string;
  gap: string;
  loadGap: string;

  you: string;
  edited: string;
  deleted: string;
  /** Deleted by another than its author. */
  removed: string;
  sending: string;
  waitingToSend: string;
  notSent: string;
  retry: string;
  discard: string;

  tools: string;
  react: string;
  reacted(emoji: string, count: number): string;
  /** Ends a row of names: "Ann, Bo and 2 others". */
  others(count: number): string;
  reply: string;
  replyingTo(name: string): string;
  earlierMessage: string;
  cannotShow: string;
  edit: string;
  editing: string;
  notSaved: string;
  save: string;
  cancel: string;
  pin: string;
  unpin: string;
  delete: string;
  reallyDelete: string;
  keep: string;

  pinned: string;
  nextPinned: string;
  notFound: string;

  moderate(name: string): string;
  close: string;
  forHowLong: string;
  forGood: string;
  reason: string;
  mute: string;
  unmute: string;
  kick: string;
  ban: string;
  unban: string;
  roomSettings: string;
  title: string;
  slow: string;
  off: string;
  lock: string;
  restricted: string;
  nobodyRestricted: string;
  /** `until` is a time, with the date if it is another day. */
  mutedUntil(until: string | undefined): string;
  bannedUntil(until: string | undefined): string;
  /** What a moderator did to somebody or to the room; `time` is a length: `10 minutes`. */
  done(deed: Deed, by: string, what: string, time: string | undefined): string;

  typing(names: string, count: number): string;
  manyTyping: string;

  reconnecting: string;
  catchingUp: string;
  offline: string;
  noConnection: string;
  nextTry(seconds: number): string;
  tryNow: string;
  unavailable: string;
  signedOut: string;
  kicked: string;
  banned: string;
  /** `when` is how far ahead: `in 3 hours`. */
  backIn(when: string): string;
  comeBack: string;
  forbidden: string;
  roomClosed: string;

  readOnly: string;
  /** `until` is a time, with the date if it is another day. */
  muted(until: string | undefined): string;
  locked: string;
  slowMode: string;
  /** How long is left, as `3 s` or `2 min`. */
  nextMessageIn(time: string): string;
  tooLarge: string;
  tooFast: string;
  noAnswer: string;

  said(name: string, text: string): string;
  openChat: string;
  closeChat: string;
}
