// A room in the page's own hand: what the element does is measured, and neither a network nor a relay.

const PEOPLE = Array.from({ length: 17 }, (_, at) => ({ id: `u${at}`, name: `Person ${at}` }));
const WORDS =
  "the ferry leaves at nine from the small jetty and we bring **lanterns** and spare batteries ".repeat(4);
const CAN = new Set(["read", "post", "react", "edit-own", "delete-own"]);

/** One message in ten has a link, an answer, or reactions; most have a line or two. @param {number} seq */
export function message(seq) {
  const by = PEOPLE[Math.floor(seq / 3) % PEOPLE.length];
  const text = `${seq}: ${WORDS.slice(0, 20 + ((seq * 37) % 180))}`;
  const at = Date.UTC(2026, 0, 1) + seq * 20_000;
  return {
    seq,
    at,
    id: `m${seq}`,
    by,
    text: seq % 10 === 3 ? `${text} https://harbour.example/map?place=${seq}` : text,
    mine: by?.id === "u5",
    ...(seq % 10 === 6 && { reply: seq - 4 }),
    ...(seq % 10 === 9 && { reactions: { "👍": { count: 3, mine: false }, "🎉": { count: 1, mine: true } } }),
  };
}

/** @param {number} count */
export function roomOf(count) {
  const listeners = new Set();
  const heard = new Set();
  let view = {
    room: "bench",
    status: "live",
    messages: Array.from({ length: count }, (_, at) => message(at + 1)),
    gaps: [],
    pins: [],
    members: PEOPLE,
    count: PEOPLE.length,
    typing: [],
    can: CAN,
    settings: {},
    unread: 0,
    atBeginning: true,
  };
  const done = () => Promise.resolve({ id: "x", seq: 1, at: 1 });
  return {
    view: () => view,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    on(name, listener) {
      if (name === "message") heard.add(listener);
      return () => heard.delete(listener);
    },
    /** Somebody says something: one message after the last. */
    hear() {
      const one = { ...message(view.messages.length + 1), at: Date.now() };
      view = { ...view, messages: [...view.messages, one] };
      for (const listener of heard) listener(one);
      for (const listener of listeners) listener(view);
    },
    older: () => Promise.resolve(false),
    post: done,
    edit: done,
    delete: done,
    react: done,
    pin: done,
    retry: done,
    discard() {},
    typing() {},
    markRead() {},
    close() {},
  };
}
