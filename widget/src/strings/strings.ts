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

  placeholder: string;
  write: string;
  send: string;
  charactersLeft(count: number): string;
  charactersOver(count: number): string;
  yourName: string;
  namePrompt: string;

  noMessages: string;
  beTheFirst: string;
  loading: string;
  loadingOlder: string;
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
  sending: string;
  waitingToSend: string;
  notSent: string;
  retry: string;
  discard: string;

  tools: string;
  react: string;
  reacted(emoji: string, count: number): string;
  reply: string;
  replyingTo(name: string): string;
  earlierMessage: string;
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
  forbidden: string;
  roomClosed: string;

  readOnly: string;
  /** `until` is a time of day, where the mute ends by itself; `reason` the moderator's own words. */
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
