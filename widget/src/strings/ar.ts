import { counting } from "./counting.ts";
import type { RoomStrings } from "./strings.ts";

const { form, number } = counting("ar");

// One and two are said in the word itself; from three on the number stands before it.
function counted(n: number, one: string, two: string, few: string, many: string): string {
  return form(n, {
    one,
    two,
    few: `${number(n)} ${few}`,
    many: `${number(n)} ${many}`,
    other: `${number(n)} ${one}`,
  });
}

/** Arabic. */
export const ar: RoomStrings = {
  $code: "ar",

  chat: (title) => `محادثة: ${title}`,
  messages: "الرسائل",
  people: (n) => `${counted(n, "شخص", "شخصان", "أشخاص", "شخصًا")} هنا`,
  listPeople: "الأشخاص",
  youAreHere: (name) => `${name} (أنت)`,
  peopleNotListed: (n) => `${counted(n, "شخص", "شخصان", "أشخاص", "شخصًا")} هنا، والعدد أكبر من أن يُعرض.`,
  admin: "مدير",
  moderator: "مشرف",
  reader: "قراءة فقط",

  placeholder: "اكتب رسالة",
  write: "رسالة",
  send: "إرسال",
  charactersLeft: (n) => `بقي ${counted(n, "حرف", "حرفان", "أحرف", "حرفًا")}`,
  charactersOver: (n) => `${counted(n, "حرف", "حرفان", "أحرف", "حرفًا")} فوق الحد`,
  yourName: "اسمك",
  namePrompt: "بأي اسم تريد أن يراك الآخرون؟",

  noMessages: "المكان هادئ هنا",
  beTheFirst: "قل الكلمة الأولى.",
  loading: "جارٍ تحميل الرسائل",
  loadingOlder: "جارٍ تحميل الرسائل السابقة",
  olderFailed: "تعذّر تحميل الرسائل السابقة.",
  beginning: "هنا تبدأ المحادثة.",
  newHere: "جديد",
  newMessages: (n) => counted(n, "رسالة جديدة", "رسالتان جديدتان", "رسائل جديدة", "رسالة جديدة"),
  toLatest: "الانتقال إلى أحدث رسالة",
  gap: "قد تكون هناك رسائل ناقصة هنا.",
  loadGap: "تحميلها",

  you: "أنت",
  edited: "معدّلة",
  deleted: "حُذفت الرسالة",
  removed: "حذف أحد المشرفين هذه الرسالة",
  sending: "جارٍ الإرسال…",
  waitingToSend: "ستُرسل عند عودة الاتصال",
  notSent: "لم تُرسل",
  retry: "إعادة المحاولة",
  discard: "تجاهل",

  tools: "إجراءات الرسالة",
  react: "تفاعل",
  reacted: (emoji, n) => `${emoji} ${counted(n, "شخص", "شخصان", "أشخاص", "شخصًا")}`,
  reply: "رد",
  replyingTo: (name) => `الرد على ${name}`,
  earlierMessage: "رسالة سابقة",
  edit: "تعديل",
  editing: "تعديل رسالتك",
  notSaved: "تعذّر حفظ التعديل.",
  save: "حفظ",
  cancel: "إلغاء",
  pin: "تثبيت",
  unpin: "إلغاء التثبيت",
  delete: "حذف",
  reallyDelete: "هل تريد حذف هذه الرسالة؟",
  keep: "إبقاؤها",

  pinned: "رسالة مثبتة",
  nextPinned: "الرسالة المثبتة التالية",
  notFound: "تعذّر العثور على هذه الرسالة.",

  moderate: (name) => `الإشراف على ${name}`,
  close: "إغلاق",
  forHowLong: "المدة",
  forGood: "دائمًا",
  reason: "السبب",
  mute: "كتم",
  unmute: "إلغاء الكتم",
  kick: "إخراج من الغرفة",
  ban: "حظر",
  unban: "إلغاء الحظر",
  roomSettings: "إعدادات الغرفة",
  title: "العنوان",
  slow: "الوضع البطيء",
  off: "متوقف",
  lock: "الكتابة للمشرفين فقط",
  restricted: "المكتومون والمحظورون",
  nobodyRestricted: "لا أحد مكتوم أو محظور.",
  mutedUntil: (until) => (until ? `مكتوم حتى ${until}` : "مكتوم"),
  bannedUntil: (until) => (until ? `محظور حتى ${until}` : "محظور"),
  done: (deed, by, what, time) => {
    const end = time ? ` لمدة ${time}` : "";
    return {
      mute: `قام ${by} بكتم ${what}${end}`,
      unmute: `قام ${by} بإلغاء كتم ${what}`,
      kick: `قام ${by} بإخراج ${what} من الغرفة`,
      ban: `قام ${by} بحظر ${what}${end}`,
      unban: `قام ${by} بإلغاء حظر ${what}`,
      pinned: `قام ${by} بتثبيت رسالة`,
      slow: `قام ${by} بتشغيل الوضع البطيء: ${time} بين الرسائل`,
      fast: `قام ${by} بإيقاف الوضع البطيء`,
      lock: `قام ${by} بإغلاق الغرفة أمام الرسائل`,
      unlock: `قام ${by} بفتح الغرفة من جديد`,
      title: `قام ${by} بتسمية الغرفة ${what}`,
    }[deed];
  },

  typing: (names, n) => `${names} ${form(n, { one: "يكتب", two: "يكتبان", other: "يكتبون" })} الآن…`,
  manyTyping: "عدة أشخاص يكتبون الآن…",

  reconnecting: "جارٍ إعادة الاتصال…",
  catchingUp: "جارٍ جلب ما فاتك…",
  offline: "أنت غير متصل. سيُرسل ما تكتبه عند عودتك.",
  noConnection: "لا يوجد اتصال.",
  nextTry: (n) => `محاولة جديدة بعد ${number(n)} ث.`,
  tryNow: "حاول الآن",
  unavailable: "المحادثة غير متاحة حاليًا.",
  signedOut: "لقد سُجّل خروجك من هذه المحادثة.",
  kicked: "أخرجك مشرف من هذه الغرفة.",
  banned: "منعك مشرف من دخول هذه الغرفة.",
  backIn: (when) => `يمكنك العودة ${when}.`,
  comeBack: "العودة إلى الغرفة",
  forbidden: "هذه الغرفة غير متاحة لك.",
  roomClosed: "أُغلقت هذه الغرفة.",

  readOnly: "يمكنك القراءة هنا دون الكتابة.",
  muted: (until) => (until === undefined ? "كتمك مشرف." : `كتمك مشرف حتى ${until}.`),
  locked: "لا تستقبل الغرفة رسائل جديدة حاليًا.",
  slowMode: "هذه الغرفة في الوضع البطيء: انتظر لحظة من فضلك.",
  nextMessageIn: (time) => `الوضع البطيء: يمكنك إرسال رسالتك التالية بعد ${time}.`,
  tooLarge: "الرسالة طويلة جدًا.",
  tooFast: "رسائل كثيرة دفعة واحدة.",
  noAnswer: "لم يصل أي رد.",

  said: (name, text) => `${name}: ${text}`,
  openChat: "فتح المحادثة",
  closeChat: "إغلاق المحادثة",
};
