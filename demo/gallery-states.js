// Every state the room can be in, by name: what is looked at when the element is changed, and what the tests look
// at. A state is made by a function that is given a fresh element; what it returns is done once that is drawn.

import { ChatError } from "/natter-sdk.js";
import { HandChat, HandRoom, ME, MODERATOR, READER } from "/gallery-room.js";

const ANN = { id: "u-ann", name: "Ann Lindqvist", role: "moderator" };
const BO = { id: "u-bo", name: "Bo", role: "member" };
const KENJI = { id: "u-kenji", name: "佐藤健二", role: "member" };
const NOOR = { id: "u-noor", name: "نور الهدى", role: "member" };
const MEMBERS = [ANN, ME, BO, KENJI, NOOR];

const NOW = Date.now();
const MINUTE = 60_000;
let seq = 0;

/** A message of somebody's, so many minutes old. */
function says(by, text, minutesAgo, over = {}) {
  seq++;
  const at = NOW - minutesAgo * MINUTE;
  return { seq, at, id: `m${seq}`, by, text, mine: by === ME, ...over };
}

const unsent = (text, over) => says(ME, text, 0, { seq: 0, ...over });
const failure = (code, message = "", more = {}) => Object.assign(new ChatError(code, message, more), more);

const talk = () => [
  says(BO, "Morning! Is the new pier open yet?", 60 * 26),
  says(ANN, "Since Saturday. They still have to put the lamps up.", 60 * 25.9),
  says(ANN, "Good morning everyone ☀️", 62),
  says(ANN, "The harbour office says the evening ferry is cancelled, so we meet at the small jetty.", 61),
  says(ME, "Thanks for checking!", 58),
  says(ME, "I can bring the lanterns. Does anybody have spare batteries?", 57),
  says(KENJI, "電池なら家にたくさんあります。持っていきますね。", 44),
  says(BO, "👍", 43),
  says(NOOR, "سأصل متأخرة قليلاً، ابدأوا بدوني من فضلكم", 30),
  says(BO, "Map: https://harbour.example/map?place=jetty&zoom=14 (the second entrance).", 12),
  says(ME, "See you at seven.", 3),
];

const longTalk = (count) =>
  Array.from({ length: count }, (_, at) =>
    says(
      MEMBERS[(at * 7) % 5],
      `Entry ${at + 1} of the log. ${"The lamp was lit, and the tide came in. ".repeat((at * 5) % 4)}`,
      (count - at) * 4,
    ),
  );

/** Puts a room that is moved by hand into the element, with a view laid over a usual one. */
function stage(room, view = {}, chat = new HandChat()) {
  const hand = new HandRoom({
    room: room.room,
    members: MEMBERS,
    count: MEMBERS.length,
    settings: { title: "Harbour lights" },
    ...view,
  });
  room.client = chat;
  room.roomHandle = hand;
  return hand;
}

/** A state that is nothing but a view. */
const viewed = (view, state) => (room) => void stage(room, view(), state && new HandChat(state()));

/* What a visitor does, through the same boxes that they use. */

const inside = (room, part) => room.renderRoot.querySelector(part);
const within = (room, part, selector) => inside(room, part)?.renderRoot.querySelector(selector);

async function drawn(room) {
  await room.updateComplete;
  const parts = [...room.renderRoot.querySelectorAll("*")].filter((part) => part.updateComplete);
  await Promise.all(parts.map((part) => part.updateComplete));
}

async function write(room, text) {
  const input = within(room, "chat-composer", "textarea");
  input.value = text;
  input.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
  await drawn(room);
}

/** Writes where a list of suggestions comes of it, which has to be fetched first. */
async function complete(room, text) {
  within(room, "chat-composer", "textarea").focus();
  await write(room, text);
  for (let tries = 0; tries < 100 && !within(room, "chat-composer", "[part~=choices]"); tries++)
    await new Promise((done) => setTimeout(done, 20));
}

async function press(room, part, selector) {
  within(room, part, selector)?.click();
  await drawn(room);
}

/** Points at the last message and presses one of its tools, by its place among them. */
async function useTool(room, place, at = -1) {
  const message = [...inside(room, "chat-messages").renderRoot.querySelectorAll("article")].at(at);
  message?.focus();
  await drawn(room);
  const tools = [...(message?.querySelectorAll("[part~=tool]") ?? [])];
  if (place !== undefined) tools.at(place)?.click();
  await drawn(room);
}

const bubble =
  (view, open = false) =>
  (room) => {
    room.layout = "bubble";
    room.opened = open;
    stage(room, view());
  };

/** A room that its page's owner got wrong: one sentence for visitors, and the reason for the owner. */
const refused = (code, message) =>
  viewed(
    () => ({ status: "joining", members: [], count: 0, can: new Set() }),
    () => ({ status: "refused", error: failure(code, message) }),
  );

const removed = (code, message, more) =>
  viewed(() => ({ status: "removed", members: [], count: 0, error: failure(code, message, more) }));

const muted = (mute) => (room) => {
  const hand = stage(room, { messages: talk(), muted: mute });
  return async () => {
    await drawn(room);
    hand.tell("moderation", { action: "mute", user: ME.id, by: ANN, ...mute });
    await drawn(room);
  };
};

/** Every state by its name, in the order in which they are shown. */
export const STATES = {
  talk: viewed(() => ({ messages: talk() })),
  empty: viewed(() => ({ members: [ME], count: 1 })),
  "empty to readers": viewed(() => ({ can: new Set(READER) })),
  loading: viewed(() => ({ status: "joining", members: [], count: 0, can: new Set() })),
  "one message": viewed(() => ({ messages: [says(BO, "Anybody here?", 1)] })),
  "long talk": viewed(() => ({ messages: longTalk(400), atBeginning: false })),
  "older to come": viewed(() => ({ messages: longTalk(40), atBeginning: false })),
  gap: viewed(() => {
    const messages = talk();
    const gap = { after: messages[8].seq, before: messages[9].seq, load: async () => false };
    return { messages, gaps: [gap] };
  }),

  unread: (room) => {
    const messages = longTalk(40);
    stage(room, { messages, unread: 12, firstUnread: messages[28].seq });
  },
  "news below": (room) => {
    const hand = stage(room, { messages: longTalk(40) });
    return async () => {
      await drawn(room);
      await new Promise(requestAnimationFrame);
      within(room, "chat-messages", "[part~=list]")?.scrollTo(0, 0);
      await new Promise((done) => setTimeout(done, 80));
      hand.hear(says(BO, "The boat is in.", 0), says(ANN, "Coming!", 0));
      await drawn(room);
    };
  },
  "somebody typing": viewed(() => ({ messages: talk(), typing: [ANN] })),
  "three typing": viewed(() => ({ messages: talk(), typing: [ANN, KENJI, NOOR] })),
  "many typing": viewed(() => ({ messages: talk(), typing: [ANN, BO, KENJI, NOOR] })),

  "edited and deleted": viewed(() => ({
    messages: [
      says(ANN, "We meet at eight.", 11, { editedAt: NOW }),
      says(ANN, "", 10, { deletedAt: NOW }),
      says(BO, "Eight it is.", 9),
      says(ME, "Bringing the **lanterns**.", 8, { editedAt: NOW }),
      says(ME, "", 7, { deletedAt: NOW }),
    ],
  })),
  reactions: viewed(() => ({
    messages: [
      says(ANN, "The lamps are up!", 9, {
        reactions: { "👍": { count: 3, mine: true }, "🎉": { count: 1, mine: false } },
      }),
      says(BO, "All eleven of them.", 8, {
        reactions: Object.fromEntries(
          ["👍", "❤️", "😂", "🎉", "😮", "😢", "🛶", "💡", "🌊"].map((emoji, at) => [
            emoji,
            { count: 10 ** (at % 5), mine: at % 3 === 0 },
          ]),
        ),
      }),
      says(ME, "I counted twelve.", 7, { reactions: { "😂": { count: 12, mine: false } } }),
    ],
  })),
  replies: viewed(() => {
    const question = says(ANN, "Who brings the **lanterns**, and who the *matches*?", 9);
    const gone = says(BO, "", 8, { deletedAt: NOW });
    return {
      messages: [
        question,
        gone,
        says(BO, "Lanterns: me. Matches: @Mira?", 7, { reply: question.seq }),
        says(ME, "I have two boxes, dry ones.", 6, { reply: 999_999 }),
        says(KENJI, "いいですね", 5, { reply: gone.seq }),
        says(ME, "See above.", 4, { reply: question.seq, editedAt: NOW }),
      ],
    };
  }),
  pinned: viewed(() => {
    const messages = talk();
    for (const at of [3, 9]) messages[at].pinned = true;
    return { messages, can: new Set(MODERATOR), pins: [messages[3].seq, messages[9].seq] };
  }),
  mentions: viewed(() => ({
    messages: [
      says(BO, "@Mira are you coming? @Ann Lindqvist asked, and @佐藤健二 too.", 4),
      says(ME, "@Bo yes. @nobody is a name of nobody.", 2),
    ],
  })),

  tools: (room) => {
    stage(room, { messages: talk() });
    return () => useTool(room);
  },
  "tools of a moderator": (room) => {
    stage(room, { messages: talk().slice(0, 9), can: new Set(MODERATOR) });
    return () => useTool(room);
  },
  "choosing a reaction": (room) => {
    stage(room, { messages: talk() });
    return () => useTool(room, 0);
  },
  "asked before deleting": (room) => {
    stage(room, { messages: talk() });
    return () => useTool(room, -1);
  },
  replying: (room) => {
    stage(room, { messages: talk().slice(0, 10) });
    return () => useTool(room, 1);
  },
  editing: (room) => {
    stage(room, { messages: talk() });
    return () => useTool(room, 2);
  },

  writing: (room) => {
    stage(room, { messages: talk() });
    return () =>
      write(room, "Should I bring the long rope, or is the\nshort one enough for the small jetty?");
  },
  "writing a lot": (room) => {
    stage(room, { messages: talk() });
    return () => write(room, Array.from({ length: 12 }, (_, at) => `Line ${at + 1}`).join("\n"));
  },
  "near the limit": (room) => {
    stage(room, { messages: talk() });
    return () => write(room, "long ".repeat(780).trim());
  },
  "over the limit": (room) => {
    stage(room, { messages: talk() });
    return () => write(room, "long ".repeat(810).trim());
  },
  "asked for a name": (room) => {
    stage(room, { messages: talk().slice(0, 4) });
    return async () => {
      const composer = inside(room, "chat-composer");
      composer.naming = { wanted: true, current: "Guest 4711", choose: async () => {} };
      await write(room, "Hello, I am new here.");
      await press(room, "chat-composer", "[part~=send]");
    };
  },
  "completing a name": (room) => {
    stage(room, { messages: talk() });
    return () => complete(room, "Thank you, @");
  },
  "completing an emoji": (room) => {
    stage(room, { messages: talk() });
    return () => complete(room, "Well done :th");
  },
  pending: viewed(() => ({
    messages: [...talk().slice(0, 6), unsent("On its way since a while.", { state: "pending" })],
  })),
  failed: viewed(() => ({
    messages: [
      ...talk().slice(2, 5),
      unsent("Here is my very important announcement", { state: "failed", error: failure("slow-mode") }),
      unsent("Buy cheap lamps now", {
        state: "failed",
        error: failure("rejected", "Advertising is not welcome here."),
      }),
      unsent("And once more", { state: "failed", error: failure("timeout") }),
      unsent("This one waits", { state: "pending" }),
    ],
  })),

  "read-only": viewed(() => ({ messages: talk(), can: new Set(READER) })),
  "readonly by the page": (room) => {
    room.readonly = true;
    stage(room, { messages: talk() });
  },
  locked: viewed(() => ({ messages: talk(), settings: { title: "Harbour lights", locked: true } })),
  "slow mode": viewed(() => ({
    messages: [...talk(), says(ME, "And bring a coat.", 0)],
    settings: { title: "Harbour lights", slowMode: 90 },
  })),
  muted: muted({ until: NOW + 20 * MINUTE, reason: "Please let others speak, too." }),
  "muted for good": muted({}),

  members: (room) => {
    stage(room, { messages: talk() });
    return () => press(room, "chat-members", "[part~=button]");
  },
  "members of a crowd": (room) => {
    const people = Array.from({ length: 60 }, (_, at) => ({ id: `p${at}`, name: `Rower ${at + 1}` }));
    stage(room, { messages: talk(), members: [...MEMBERS, ...people], count: 65 });
    return () => press(room, "chat-members", "[part~=button]");
  },
  "members for a moderator": (room) => {
    stage(room, { messages: talk(), can: new Set(MODERATOR) });
    return () => press(room, "chat-members", "[part~=button]");
  },
  "moderating somebody": (room) => {
    stage(room, { messages: talk(), can: new Set(MODERATOR) });
    return async () => {
      await press(room, "chat-members", "[part~=button]");
      await press(room, "chat-members", "button[part~=member], li button, [part~=member] button");
      await drawn(room);
    };
  },
  "settings of the room": (room) => {
    const hand = stage(room, { messages: talk(), can: new Set(MODERATOR) });
    hand.restricted = [
      { user: "u-x", name: "Maximiliane-Theodora Freifrau von und zu Hohenstaufen", ban: { reason: "Spam" } },
      { user: BO.id, name: BO.name, mute: { until: NOW + 60 * MINUTE, reason: "Please let others speak." } },
    ];
    return async () => {
      await drawn(room);
      inside(room, "[part~=settings]")?.click();
      await new Promise((done) => setTimeout(done, 50));
      await drawn(room);
    };
  },
  "what moderators did": (room) => {
    const messages = [...talk(), says(BO, "", 2, { deletedAt: NOW, removed: { reason: "Advertising" } })];
    const hand = stage(room, { messages, can: new Set(MODERATOR) });
    return async () => {
      await drawn(room);
      const event = { type: "event", room: room.room, at: NOW, id: "e", by: ANN };
      const until = NOW + 60 * MINUTE;
      hand.tell("moderation", {
        ...event,
        kind: "moderation",
        seq: 9000,
        action: "mute",
        user: BO.id,
        until,
      });
      hand.tell("settings", {
        ...event,
        kind: "settings",
        seq: 9001,
        settings: { title: "Harbour lights", slowMode: 30, locked: true },
      });
      await drawn(room);
    };
  },
  "counted only": viewed(() => ({ messages: talk(), members: [], count: 12_480 })),
  "counted only, asked": (room) => {
    stage(room, { messages: talk(), members: [], count: 12_480 });
    return () => press(room, "chat-members", "[part~=button]");
  },

  "connecting again": viewed(
    () => ({ status: "stale", messages: talk() }),
    () => ({ status: "connecting", attempt: 1 }),
  ),
  "no connection": viewed(
    () => ({
      status: "stale",
      messages: [...talk().slice(2, 6), unsent("This one waits for the line.", { state: "pending" })],
    }),
    () => ({
      status: "waiting",
      attempt: 3,
      retryAt: Date.now() + 12_000,
      error: failure("offline"),
    }),
  ),
  "no connection yet": viewed(
    () => ({ status: "joining", members: [], count: 0, can: new Set() }),
    () => ({ status: "waiting", attempt: 3, retryAt: Date.now() + 12_000, error: failure("offline") }),
  ),
  "catching up": viewed(() => ({ status: "recovering", messages: talk() })),

  "signed out": refused("unauthorized", "The token is not valid: its signature is not ours."),
  "signed out while reading": viewed(
    () => ({ status: "stale", messages: talk() }),
    () => ({ status: "refused", error: failure("token-expired", "The token has ended.") }),
  ),
  "wrong origin": refused(
    "forbidden",
    "Origin https://site.example is not allowed; add it to the relay's --origins.",
  ),
  "no guests here": refused("forbidden", "This relay lets nobody in without a token."),
  "wrong room": removed("bad-room", "A room name must not contain a space at its end."),
  "not let in": removed("forbidden", "The token gives no right to read this room."),
  kicked: removed("kicked", "Please read the house rules.", { reason: "Please read the house rules." }),
  banned: removed("banned", "Advertising, again.", {
    reason: "Advertising, again.",
    retryAfter: 3 * 86_400_000,
  }),
  "banned without a word": removed("banned", ""),
  "room closed": removed("room-closed", ""),
  "no room named": (room) => {
    room.room = "";
  },
  "no such relay": (room) => {
    room.relay = "gopher://relay.example";
  },

  bubble: bubble(() => ({ messages: talk() })),
  "bubble with a badge": bubble(() => ({ messages: talk(), unread: 3 })),
  "bubble with many": bubble(() => ({ messages: talk(), unread: 480 })),
  "bubble open": bubble(() => ({ messages: talk() }), true),
  "bubble empty": bubble(() => ({ members: [ME], count: 1 }), true),
  "bubble kicked": bubble(
    () => ({ status: "removed", count: 0, error: failure("kicked", "Please read the house rules.") }),
    true,
  ),

  "long names": viewed(() => {
    const long = { id: "u-long", name: "Maximiliane-Theodora Freifrau von und zu Hohenstaufen-Wittelsbach" };
    const unbroken = { id: "u-unbroken", name: "W".repeat(60) };
    return {
      settings: { title: "A room with a title that is rather longer than anybody would expect in a header" },
      members: [long, unbroken, ME],
      count: 3,
      typing: [long, unbroken],
      messages: [
        says(long, "My name is long.", 9),
        says(unbroken, "Mine has no spaces.", 8),
        says(ME, "Mine is short.", 7, { reply: seq - 1 }),
        says({ id: "u-astronaut", name: "👩‍🚀" }, "Mine is an astronaut.", 6),
        says({ id: "u-bidi", name: "\u202Eevil\u202C عادل" }, "Mine turns around.", 5),
      ],
    };
  }),
  "long words": viewed(() => ({
    messages: [
      says(
        BO,
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".repeat(2),
        20,
      ),
      says(
        BO,
        "https://example.org/a/very/long/path/that/never/ends/and/goes/on/without/any/spaces/at/all",
        19,
      ),
      says(ME, "M".repeat(120), 13),
      says(KENJI, "中文的消息,没有空格也应该正确换行,不应该超出气泡的边界,无论有多长。", 9),
      says(NOOR, "ا".repeat(90), 8),
      says(BO, `\`${"unbroken_code_".repeat(9)}\``, 7),
    ],
  })),
  "huge text": viewed(() => ({
    messages: [says(ANN, "The minutes of our meeting. ".repeat(140).trim(), 9), says(ME, "Thank you.", 2)],
  })),
  emoji: viewed(() => ({
    messages: [
      says(BO, "😀😍🎉", 15),
      says(ME, "👩‍👩‍👧‍👦🇰🇷", 14),
      says(ANN, "🛶 with words", 13),
      says(ANN, "❤️", 12, { editedAt: NOW }),
    ],
  })),
  marks: viewed(() => ({
    messages: [
      says(ANN, "**bold**, *italic*, ~~struck~~, `code` and ***both***", 9),
      says(
        KENJI,
        "The list so far:\n- lanterns\n- `matches` (~~wet~~ dry)\n- a boat\n\n> bring a boat\nDone.",
        7,
      ),
      says(ME, "1. row\n2. light\n3. look", 6),
      says(BO, "line one\nline two\n\n    indented line four", 5),
    ],
  })),
  code: viewed(() => ({
    messages: [
      says(
        BO,
        "```\nconst boat = await rent({ seats: 6 });\nconsole.log(boat.name, boat.seats, boat.colour, boat.price);\n```",
        6,
      ),
      says(ME, "```\n$ npm run lanterns -- --all\n```\nworks for me", 5),
      says(NOOR, "شكراً @Mira `npm run lanterns` ممتاز", 2),
    ],
  })),
  links: viewed(() => ({
    messages: [
      says(
        BO,
        "https://harbour.example/map?place=jetty&zoom=14, www.harbour.example and ann@harbour.example",
        9,
      ),
      says(BO, "Careful: https://аpple.com/login and https://bank.example@evil.example/", 8),
      says(ME, "(see https://en.wikipedia.org/wiki/Jetty_(web_server)).", 7),
    ],
  })),
  "both directions": viewed(() => ({
    settings: { title: "مقهى Harbour" },
    messages: [
      says(NOOR, "سأصل متأخرة قليلاً، ابدأوا بدوني من فضلكم", 12),
      says(ME, "مرحبا hello مرحبا", 11),
      says(NOOR, "- واحد\n- اثنان\n\n> اقتباس", 10, { reply: seq }),
      says(ANN, "Ends in Arabic: سلام!", 9, { reactions: { "👍": { count: 2, mine: true } } }),
    ],
  })),
  "own colours": (room) => {
    stage(room, { messages: talk(), unread: 0 });
    const own = {
      "--chat-accent": "#7a3e9d",
      "--chat-radius": "6px",
      "--chat-surface": "light-dark(#fffdf7, #191420)",
    };
    for (const [name, value] of Object.entries(own)) room.style.setProperty(name, value);
  },
  "pale accent": (room) => {
    stage(room, { messages: talk() });
    room.style.setProperty("--chat-accent", "#ffe14d");
  },
  "large type": (room) => {
    stage(room, { messages: talk() });
    room.style.setProperty("--chat-font-size", "1.5em");
  },
  slots: (room) => {
    const header = document.createElement("header");
    header.slot = "header";
    header.textContent = "The page’s own header";
    header.style.padding = "12px 16px";
    const action = document.createElement("button");
    action.slot = "composer-actions";
    action.type = "button";
    action.textContent = "Photo";
    room.append(header, action);
    stage(room, { messages: talk() });
  },
};

/** A part without the room around it, as a page that puts its own room together has it. */
const alone =
  (name, view, over = {}) =>
  (room) => {
    const hand = stage(room, view());
    return async () => {
      const part = document.createElement(name);
      Object.assign(part, { room: hand, chat: room.client, lang: room.lang, ...over });
      if (name === "chat-messages") part.style.blockSize = "30em";
      room.replaceWith(part);
      await part.updateComplete;
    };
  };

Object.assign(STATES, {
  "messages alone": alone("chat-messages", () => ({ messages: talk() })),
  "composer alone": alone("chat-composer", () => ({ messages: talk() })),
  "people alone": alone("chat-members", () => ({ messages: talk() })),
  "banner alone": alone("chat-banner", () => ({ status: "recovering" })),
  "launcher alone": alone("chat-launcher", () => ({ messages: talk(), unread: 7 })),
});

/** In each language once, what has most words in it. */
export const LANGUAGES = ["en", "ko", "ja", "zh", "es", "fr", "de", "pt", "ar", "he"];
const RIGHT_TO_LEFT = ["ar", "he"];

for (const language of LANGUAGES) {
  STATES[`in ${language}`] = (room) => {
    room.lang = language;
    room.dir = RIGHT_TO_LEFT.includes(language) ? "rtl" : "ltr";
    const messages = [...talk(), unsent("?", { state: "failed", error: failure("slow-mode") })];
    messages[1].deletedAt = NOW;
    messages[4].editedAt = NOW;
    stage(
      room,
      { status: "stale", messages, typing: [ANN, BO] },
      new HandChat({
        status: "waiting",
        attempt: 3,
        retryAt: Date.now() + 12_000,
        error: failure("offline"),
      }),
    );
    return () => useTool(room, undefined, 4);
  };
}
