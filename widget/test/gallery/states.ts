import type { ChatRoom } from "../../src/chat-room.ts";
import { ROLES, type RoomName, type Verb } from "@natter/sdk/protocol";
import { ChatError, type ChatErrorCode, type ViewMessage } from "@natter/sdk";
import { FakeChat, FakeRoom } from "../support/fake-chat.ts";

interface State {
  wide?: boolean;
  make(room: ChatRoom): void;
}

const ANN = { id: "u-ann", name: "Ann Lindqvist" };
const BO = { id: "u-bo", name: "Bo" };
const KENJI = { id: "u-kenji", name: "佐藤健二" };
const NOOR = { id: "u-noor", name: "نور الهدى" };
const ME = { id: "me", name: "Mira" };
const MEMBERS = [ANN, ME, BO, KENJI, NOOR];

const CROWD = Array.from({ length: 200 }, (_, at) => ({
  id: `u-${at}`,
  name: at % 9 === 0 ? `${at} of a name that is far longer than any list of people is wide` : `Person ${at}`,
  role: at === 7 ? "admin" : at === 50 ? "moderator" : at === 9 ? "reader" : "member",
}));
const MOD = new Set<Verb>(ROLES.moderator);

const NOW = Date.now();
const MINUTE = 60_000;
let seq = 0;

function says(
  by: { id: string; name: string },
  text: string,
  minutesAgo: number,
  over: Partial<ViewMessage> = {},
) {
  seq++;
  const message: ViewMessage = {
    seq,
    at: NOW - minutesAgo * MINUTE,
    id: `m${seq}`,
    by,
    text,
    mine: by === ME,
    ...over,
  };
  return message;
}

function unsent(text: string, over: Partial<ViewMessage>): ViewMessage {
  return says(ME, text, 0, { seq: 0, ...over });
}

function error(code: ChatErrorCode, message = ""): ChatError {
  return new ChatError(code, message);
}

const TALK = (): ViewMessage[] => [
  says(BO, "Morning! Is the new pier open yet?", 60 * 26),
  says(ANN, "Since Saturday. They still have to put the lamps up.", 60 * 25.9),
  says(ANN, "Good morning everyone ☀️", 62),
  says(
    ANN,
    "The harbour office says the evening ferry is cancelled, so we meet at the small jetty instead.",
    61,
  ),
  says(ME, "Thanks for checking!", 58),
  says(ME, "I can bring the lanterns. Does anybody have spare batteries?", 57),
  says(KENJI, "電池なら家にたくさんあります。持っていきますね。", 44),
  says(BO, "👍", 43),
  says(NOOR, "سأصل متأخرة قليلاً، ابدأوا بدوني من فضلكم", 30),
  says(BO, "Map: https://harbour.example/map?place=jetty&zoom=14 (the second entrance).", 12),
  says(ME, "See you at seven.", 3),
];

function plain(room: ChatRoom, over: Parameters<FakeRoom["show"]>[0], chat = new FakeChat()): FakeRoom {
  const fake = new FakeRoom({
    members: MEMBERS,
    count: MEMBERS.length,
    settings: { title: "Harbour lights" },
    ...over,
  });
  room.client = chat;
  room.roomHandle = fake;
  return fake;
}

/** Every state the element can be in, for pictures and for accessibility checks. */
export const STATES: Record<string, State> = {
  talk: { wide: true, make: (room) => void plain(room, { messages: TALK() }) },
  narrow: { make: (room) => void plain(room, { messages: TALK(), typing: [ANN, BO] }) },
  empty: { make: (room) => void plain(room, { members: [ME], count: 1 }) },
  loading: { make: (room) => void plain(room, { status: "joining", members: [], count: 0, can: new Set() }) },
  offline: {
    make(room) {
      const chat = new FakeChat();
      chat.state = { status: "waiting", attempt: 3, retryAt: NOW + 12_000, error: error("offline") };
      const pending = unsent("This one waits for the line.", { state: "pending" });
      plain(room, { status: "stale", messages: [...TALK().slice(2, 6), pending] }, chat);
    },
  },
  failed: {
    make(room) {
      const failed = unsent("Here is my very important announcement", {
        state: "failed",
        error: error("slow-mode"),
      });
      const rejected = unsent("Buy cheap lamps now", {
        state: "failed",
        error: error("rejected", "Advertising is not welcome here."),
      });
      const pending = unsent("And one on its way", { state: "pending" });
      plain(room, { messages: [...TALK().slice(2, 5), failed, rejected, pending] });
    },
  },
  refused: {
    make(room) {
      const chat = new FakeChat();
      chat.state = {
        status: "refused",
        error: error("forbidden", "Add https://site.example to the allowed origins."),
      };
      plain(room, { status: "stale", messages: TALK().slice(0, 4) }, chat);
    },
  },
  removed: {
    make(room) {
      plain(room, {
        status: "removed",
        messages: [],
        count: 0,
        error: error("kicked", "Please read the house rules."),
      });
    },
  },
  reader: { make: (room) => void plain(room, { messages: TALK(), can: new Set(["read"]) }) },
  unread: {
    make(room) {
      const messages = TALK();
      plain(room, { messages, unread: 4, firstUnread: messages[6]?.seq ?? 0 });
    },
  },
  hard: {
    make(room) {
      const long = {
        id: "u-long",
        name: "Maximiliane-Theodora Freifrau von und zu Hohenstaufen-Wittelsbach the Third",
      };
      plain(room, {
        settings: {
          title: "A room with a title that is rather longer than anybody would expect to see in a header",
        },
        messages: [
          says(
            long,
            "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".repeat(2),
            20,
          ),
          says(
            long,
            "https://example.org/a/very/long/path/that/never/ends/and/goes/on/and/on/without/any/spaces",
            19,
          ),
          says(BO, "😀😍🎉", 15),
          says(BO, "line one\nline two\n\n    indented line four", 14),
          says(ME, "MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM", 13),
          says(ME, "مرحبا hello مرحبا", 12),
          says(ANN, "I changed my mind.", 11, { editedAt: NOW }),
          says(ANN, "", 10, { deletedAt: NOW }),
          says(
            { id: "u-x", name: "👩‍🚀" },
            "中文的消息,没有空格也应该正确换行,不应该超出气泡的边界,无论有多长。",
            9,
          ),
        ],
      });
    },
  },
  rich: {
    make(room) {
      const question = says(ANN, "Who brings the **lanterns**, and who the *matches*?", 9);
      plain(room, {
        can: new Set(["read", "post", "react", "edit-own", "delete-own", "delete-any", "pin", "signal"]),
        messages: [
          question,
          says(BO, "Lanterns: me. Matches: @Mira?", 8, {
            reply: question.seq,
            reactions: { "👍": { count: 3, mine: true }, "🎉": { count: 1, mine: false } },
          }),
          says(
            KENJI,
            "The list so far:\n- lanterns\n- `matches` (~~wet~~ dry)\n- a boat\n\n> bring a boat\nDone.",
            7,
          ),
          says(
            BO,
            "```\nconst boat = await rent({ seats: 6 });\nconsole.log(boat.name, boat.seats, boat.colour, boat.price);\n```",
            6,
          ),
          says(ME, "I have two boxes, dry ones.", 5, {
            reply: 3,
            editedAt: NOW,
            reactions: { "❤️": { count: 12, mine: false } },
          }),
          says(NOOR, "شكراً @Mira `npm run lanterns` ممتاز", 2),
        ],
      });
    },
  },
  gap: {
    make(room) {
      const messages = TALK();
      const gap = {
        after: messages[3]?.seq ?? 0,
        before: messages[4]?.seq ?? 0,
        load: () => Promise.resolve(false),
      };
      plain(room, { messages, gaps: [gap] });
    },
  },
  bubble: {
    make(room) {
      room.layout = "bubble";
      plain(room, { messages: TALK(), unread: 3 });
    },
  },
  open: {
    make(room) {
      room.layout = "bubble";
      room.opened = true;
      plain(room, { messages: TALK() });
    },
  },
  crowd: {
    wide: true,
    make: (room) => void plain(room, { messages: TALK(), members: CROWD, count: 200, can: MOD }),
  },
  counted: { make: (room) => void plain(room, { messages: TALK(), members: [], count: 12_340 }) },
  banned: {
    make(room) {
      const error = new ChatError("banned", "", {
        retryAfter: 3 * 86_400_000,
        reason: "No advertising, please.",
      });
      plain(room, { status: "removed", messages: [], count: 0, error });
    },
  },
  muted: {
    make: (room) =>
      void plain(room, {
        messages: TALK(),
        muted: { until: NOW + 36e5, reason: "Please let others speak, too." },
      }),
  },
  moderator: {
    make(room) {
      const messages = TALK();
      const gone = says(BO, "", 2, { deletedAt: NOW, removed: { reason: "Advertising" } });
      const pins = [messages[3]?.seq ?? 0, messages[9]?.seq ?? 0];
      const fake = plain(room, { messages: [...messages, gone], can: MOD, pins });
      fake.restricted = [
        {
          user: "u-x",
          name: "Maximiliane-Theodora Freifrau von und zu Hohenstaufen",
          ban: { reason: "Spam" },
        },
        { user: BO.id, name: BO.name, mute: { until: NOW + 36e5, reason: "Please let others speak, too." } },
      ];
      setTimeout(() => {
        const event = { type: "event", room: "lobby" as RoomName, at: NOW, id: "e", by: ANN } as const;
        const until = NOW + 36e5;
        fake.tell("moderation", {
          ...event,
          kind: "moderation",
          seq: 90,
          action: "mute",
          user: BO.id,
          until,
        });
        fake.tell("settings", {
          ...event,
          kind: "settings",
          seq: 91,
          settings: { slowMode: 30, locked: true },
        });
      }, 100);
    },
  },
  nowhere: { make: (room) => (room.room = "") },
};
