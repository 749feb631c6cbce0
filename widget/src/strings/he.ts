import { counting } from "./counting.ts";
import type { RoomStrings } from "./strings.ts";

const { form, number } = counting("he");

// One and two have words of their own; all others stand after the number.
function counted(n: number, one: string, two: string, other: string): string {
  return form(n, { one, two, other: `${number(n)} ${other}` });
}

/** Hebrew. */
export const he: RoomStrings = {
  $code: "he",

  chat: (title) => `צ׳אט: ${title}`,
  messages: "הודעות",
  people: (n) => `${counted(n, "אדם אחד", "שני אנשים", "אנשים")} כאן`,
  listPeople: "אנשים",
  youAreHere: (name) => `${name} (אני)`,
  peopleNotListed: (n) => `${number(n)} אנשים כאן, יותר מדי לרשימה.`,
  admin: "ניהול",
  moderator: "פיקוח",
  reader: "קריאה בלבד",

  placeholder: "כתיבת הודעה",
  write: "הודעה",
  send: "שליחה",
  charactersLeft: (n) => `נותרו ${counted(n, "תו אחד", "שני תווים", "תווים")}`,
  charactersOver: (n) => `${counted(n, "תו אחד", "שני תווים", "תווים")} מעבר למותר`,
  suggestions: (n) => counted(n, "הצעה אחת", "שתי הצעות", "הצעות"),
  noFiles: "אי אפשר לשלוח כאן קבצים.",
  yourName: "השם שלך",
  namePrompt: "באיזה שם לקרוא לך?",

  noMessages: "שקט כאן",
  beTheFirst: "המילה הראשונה שלך.",
  loading: "ההודעות נטענות",
  loadingOlder: "הודעות קודמות נטענות",
  olderFailed: "לא ניתן היה לטעון הודעות קודמות.",
  beginning: "כאן מתחילה השיחה.",
  newHere: "חדש",
  newMessages: (n) => counted(n, "הודעה חדשה", "שתי הודעות חדשות", "הודעות חדשות"),
  toLatest: "מעבר להודעה האחרונה",
  gap: "ייתכן שחסרות כאן הודעות.",
  loadGap: "טעינה",

  you: "אני",
  edited: "נערכה",
  deleted: "ההודעה נמחקה",
  removed: "ההודעה נמחקה על ידי הפיקוח",
  sending: "בשליחה…",
  waitingToSend: "תישלח כשהחיבור יחזור",
  notSent: "לא נשלחה",
  retry: "ניסיון נוסף",
  discard: "ביטול ההודעה",

  tools: "פעולות להודעה",
  react: "תגובה באימוג׳י",
  reacted: (emoji, n) => `${emoji} ${counted(n, "אדם אחד", "שני אנשים", "אנשים")}`,
  reply: "תשובה",
  replyingTo: (name) => `תשובה אל ${name}`,
  earlierMessage: "הודעה קודמת",
  edit: "עריכה",
  editing: "עריכת ההודעה שלך",
  notSaved: "לא ניתן היה לשמור את השינוי.",
  save: "שמירה",
  cancel: "ביטול",
  pin: "נעיצה",
  unpin: "ביטול נעיצה",
  delete: "מחיקה",
  reallyDelete: "למחוק את ההודעה הזאת?",
  keep: "להשאיר",

  pinned: "הודעה נעוצה",
  nextPinned: "ההודעה הנעוצה הבאה",
  notFound: "ההודעה לא נמצאה.",

  moderate: (name) => `פיקוח על ${name}`,
  close: "סגירה",
  forHowLong: "למשך כמה זמן",
  forGood: "לתמיד",
  reason: "סיבה",
  mute: "השתקה",
  unmute: "ביטול ההשתקה",
  kick: "הוצאה מהחדר",
  ban: "חסימה",
  unban: "ביטול החסימה",
  roomSettings: "הגדרות החדר",
  title: "כותרת",
  slow: "מצב איטי",
  off: "כבוי",
  lock: "רק הפיקוח יכול לכתוב",
  restricted: "מושתקים וחסומים",
  nobodyRestricted: "אין מושתקים או חסומים.",
  mutedUntil: (until) => (until ? `בהשתקה עד ${until}` : "בהשתקה"),
  bannedUntil: (until) => (until ? `בחסימה עד ${until}` : "בחסימה"),
  done: (deed, by, what, time) => {
    const end = time ? ` למשך ${time}` : "";
    return {
      mute: `${what} בהשתקה${end}, מאת ${by}`,
      unmute: `ההשתקה של ${what} בוטלה, מאת ${by}`,
      kick: `${what} מחוץ לחדר, מאת ${by}`,
      ban: `${what} בחסימה${end}, מאת ${by}`,
      unban: `החסימה של ${what} בוטלה, מאת ${by}`,
      pinned: `הודעה ננעצה, מאת ${by}`,
      slow: `מצב איטי הופעל: ${time} בין הודעות, מאת ${by}`,
      fast: `המצב האיטי כובה, מאת ${by}`,
      lock: `החדר ננעל, מאת ${by}`,
      unlock: `החדר נפתח מחדש, מאת ${by}`,
      title: `שם החדר עכשיו ${what}, מאת ${by}`,
    }[deed];
  },

  typing: (names, n) => `${names} ${form(n, { one: "מקליד/ה", other: "מקלידים" })}…`,
  manyTyping: "כמה אנשים מקלידים…",

  reconnecting: "מתחבר מחדש…",
  catchingUp: "מביא את מה שהוחמץ…",
  offline: "אין חיבור לרשת. מה שייכתב יישלח כשהחיבור יחזור.",
  noConnection: "אין חיבור.",
  nextTry: (n) => `ניסיון נוסף בעוד ${number(n)} שנ׳.`,
  tryNow: "לנסות עכשיו",
  unavailable: "הצ׳אט אינו זמין כרגע.",
  signedOut: "ההתחברות לצ׳אט הזה הסתיימה.",
  kicked: "מנחה הוציא אותך מהחדר.",
  banned: "מנחה חסם לך את החדר הזה.",
  backIn: (when) => `אפשר לחזור ${when}.`,
  comeBack: "כניסה מחדש",
  forbidden: "החדר הזה אינו פתוח לך.",
  roomClosed: "החדר נסגר.",

  readOnly: "אפשר לקרוא כאן, אבל לא לכתוב.",
  muted: (until) => (until === undefined ? "מנחה השתיק אותך." : `מנחה השתיק אותך עד ${until}.`),
  locked: "החדר אינו מקבל הודעות חדשות כרגע.",
  slowMode: "החדר במצב איטי: רק רגע.",
  nextMessageIn: (time) => `מצב איטי: אפשר לשלוח שוב בעוד ${time}.`,
  tooLarge: "ההודעה ארוכה מדי.",
  tooFast: "יותר מדי הודעות בבת אחת.",
  noAnswer: "לא התקבלה תשובה.",

  said: (name, text) => `${name}: ${text}`,
  openChat: "פתיחת הצ׳אט",
  closeChat: "סגירת הצ׳אט",
};
