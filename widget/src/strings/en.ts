import { counting } from "./counting.ts";
import type { RoomStrings } from "./strings.ts";

const { count, number, isOne } = counting("en");

/** English: the language that others are checked against, and the one shown when none fits. */
export const en: RoomStrings = {
  $code: "en",

  chat: (title) => `Chat: ${title}`,
  messages: "Messages",
  people: (n) => count(n, { one: "person here", other: "people here" }),
  listPeople: "People",
  youAreHere: (name) => `${name} (you)`,
  peopleNotListed: (n) => `${number(n)} people are here, too many to list.`,

  placeholder: "Write a message",
  write: "Message",
  send: "Send",
  charactersLeft: (n) => count(n, { one: "character left", other: "characters left" }),
  charactersOver: (n) => count(n, { one: "character too many", other: "characters too many" }),
  yourName: "Your name",
  namePrompt: "What should people call you?",

  noMessages: "It’s quiet in here",
  beTheFirst: "Say the first word.",
  loading: "Loading messages",
  loadingOlder: "Loading earlier messages",
  olderFailed: "Earlier messages could not be loaded.",
  beginning: "This is where the conversation begins.",
  newHere: "New",
  newMessages: (n) => count(n, { one: "new message", other: "new messages" }),
  toLatest: "Jump to the latest message",
  gap: "Some messages may be missing here.",
  loadGap: "Load them",

  you: "You",
  edited: "edited",
  deleted: "Message deleted",
  sending: "Sending…",
  waitingToSend: "Will be sent when the connection is back",
  notSent: "Not sent",
  retry: "Try again",
  discard: "Discard",

  tools: "Message actions",
  react: "React",
  reacted: (emoji, n) => `${emoji} ${count(n, { one: "person", other: "people" })}`,
  reply: "Reply",
  replyingTo: (name) => `Replying to ${name}`,
  earlierMessage: "An earlier message",
  edit: "Edit",
  editing: "Editing your message",
  notSaved: "The change could not be saved.",
  save: "Save",
  cancel: "Cancel",
  pin: "Pin",
  unpin: "Unpin",
  delete: "Delete",
  reallyDelete: "Delete this message?",
  keep: "Keep it",

  typing: (names, n) => `${names} ${isOne(n) ? "is" : "are"} typing…`,
  manyTyping: "Several people are typing…",

  reconnecting: "Reconnecting…",
  catchingUp: "Catching up…",
  offline: "You are offline. What you write is sent when you are back.",
  noConnection: "No connection.",
  nextTry: (n) => `Trying again in ${number(n)} s.`,
  tryNow: "Try now",
  unavailable: "The chat is not available right now.",
  signedOut: "You are signed out of this chat.",
  kicked: "A moderator took you out of this room.",
  banned: "A moderator has closed this room to you.",
  forbidden: "This room is not open to you.",
  roomClosed: "This room has been closed.",

  readOnly: "You can read along here, but not write.",
  muted: (until) =>
    until === undefined ? "A moderator has muted you." : `A moderator has muted you until ${until}.`,
  locked: "The room is closed for new messages just now.",
  slowMode: "This room takes it slowly: please wait a moment.",
  nextMessageIn: (time) => `Slow mode: your next message can go in ${time}.`,
  tooLarge: "The message is too long.",
  tooFast: "Too many messages at once.",
  noAnswer: "There was no answer.",

  said: (name, text) => `${name}: ${text}`,
  openChat: "Open the chat",
  closeChat: "Close the chat",
};
