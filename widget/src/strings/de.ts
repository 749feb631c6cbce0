import { counting } from "./counting.ts";
import type { RoomStrings } from "./strings.ts";

const { count, number, isOne } = counting("de");

/** German. */
export const de: RoomStrings = {
  $code: "de",

  chat: (title) => `Chat: ${title}`,
  messages: "Nachrichten",
  people: (n) => count(n, { one: "Person hier", other: "Personen hier" }),
  listPeople: "Personen",
  youAreHere: (name) => `${name} (du)`,
  peopleNotListed: (n) => `${number(n)} Personen sind hier, zu viele für eine Liste.`,

  placeholder: "Nachricht schreiben",
  write: "Nachricht",
  send: "Senden",
  charactersLeft: (n) => count(n, { one: "Zeichen übrig", other: "Zeichen übrig" }),
  charactersOver: (n) => count(n, { one: "Zeichen zu viel", other: "Zeichen zu viel" }),
  yourName: "Dein Name",
  namePrompt: "Wie sollen andere dich nennen?",

  noMessages: "Noch ist es still hier",
  beTheFirst: "Sag das erste Wort.",
  loading: "Nachrichten werden geladen",
  loadingOlder: "Frühere Nachrichten werden geladen",
  olderFailed: "Frühere Nachrichten konnten nicht geladen werden.",
  beginning: "Hier beginnt das Gespräch.",
  newHere: "Neu",
  newMessages: (n) => count(n, { one: "neue Nachricht", other: "neue Nachrichten" }),
  toLatest: "Zur neuesten Nachricht",
  gap: "Hier fehlen vielleicht Nachrichten.",
  loadGap: "Laden",

  you: "Du",
  edited: "bearbeitet",
  deleted: "Nachricht gelöscht",
  sending: "Wird gesendet …",
  waitingToSend: "Wird gesendet, sobald die Verbindung wieder steht",
  notSent: "Nicht gesendet",
  retry: "Erneut versuchen",
  discard: "Verwerfen",

  tools: "Aktionen zur Nachricht",
  react: "Reagieren",
  reacted: (emoji, n) => `${emoji} ${count(n, { one: "Person", other: "Personen" })}`,
  reply: "Antworten",
  replyingTo: (name) => `Antwort an ${name}`,
  earlierMessage: "Eine frühere Nachricht",
  edit: "Bearbeiten",
  editing: "Du bearbeitest deine Nachricht",
  notSaved: "Die Änderung konnte nicht gespeichert werden.",
  save: "Speichern",
  cancel: "Abbrechen",
  pin: "Anheften",
  unpin: "Lösen",
  delete: "Löschen",
  reallyDelete: "Diese Nachricht löschen?",
  keep: "Behalten",

  typing: (names, n) => `${names} ${isOne(n) ? "schreibt" : "schreiben"} …`,
  manyTyping: "Mehrere Personen schreiben …",

  reconnecting: "Verbindung wird wiederhergestellt …",
  catchingUp: "Verpasstes wird geladen …",
  offline: "Du bist offline. Was du schreibst, wird gesendet, sobald du wieder online bist.",
  noConnection: "Keine Verbindung.",
  nextTry: (n) => `Neuer Versuch in ${number(n)} s.`,
  tryNow: "Jetzt versuchen",
  unavailable: "Der Chat ist gerade nicht erreichbar.",
  signedOut: "Du bist von diesem Chat abgemeldet.",
  kicked: "Ein Moderator hat dich aus diesem Raum entfernt.",
  banned: "Ein Moderator hat diesen Raum für dich gesperrt.",
  forbidden: "Dieser Raum steht dir nicht offen.",
  roomClosed: "Dieser Raum wurde geschlossen.",

  readOnly: "Du kannst hier mitlesen, aber nicht schreiben.",
  muted: (until) =>
    until === undefined
      ? "Ein Moderator hat dich stummgeschaltet."
      : `Ein Moderator hat dich bis ${until} stummgeschaltet.`,
  locked: "Der Raum nimmt gerade keine neuen Nachrichten an.",
  slowMode: "In diesem Raum geht es langsam zu: bitte warte einen Moment.",
  nextMessageIn: (time) => `Langsamer Modus: deine nächste Nachricht in ${time}.`,
  tooLarge: "Die Nachricht ist zu lang.",
  tooFast: "Zu viele Nachrichten auf einmal.",
  noAnswer: "Es kam keine Antwort.",

  said: (name, text) => `${name}: ${text}`,
  openChat: "Chat öffnen",
  closeChat: "Chat schließen",
};
