// A room and a connection that are moved by hand: what the element shows is what they say. They do what the SDK's
// do, as far as the element asks for it, and nothing of it leaves the page.

const MEMBER = ["read", "post", "react", "edit-own", "delete-own", "signal"];
export const MODERATOR = [...MEMBER, "delete-any", "pin", "mute", "kick", "ban", "configure"];
export const READER = ["read"];

/** The visitor of every picture. */
export const ME = { id: "me", name: "Mira", role: "member" };

/** A room that shows the view it was made with until `show` says something else. */
export class HandRoom {
  #view;
  #listeners = new Set();
  #heard = new Map();
  /** Who is muted or banned. */
  restricted = [];
  /** Pages that `older` brings, the newest first. */
  olderPages = [];

  constructor(view) {
    this.#view = {
      room: "gallery",
      status: "live",
      messages: [],
      gaps: [],
      members: [],
      count: 0,
      typing: [],
      can: new Set(MEMBER),
      settings: {},
      unread: 0,
      atBeginning: true,
      pins: [],
      ...view,
    };
    this.name = this.#view.room;
  }

  view = () => this.#view;

  subscribe = (listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  on(kind, listener) {
    const listeners = this.#heard.get(kind) ?? new Set();
    this.#heard.set(kind, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** Shows something else. */
  show(change) {
    this.#view = { ...this.#view, ...change };
    for (const listener of [...this.#listeners]) listener(this.#view);
  }

  /** Something happens that listeners hear of. */
  tell(kind, value) {
    for (const listener of this.#heard.get(kind) ?? []) listener(value);
  }

  /** Somebody writes. */
  hear(...messages) {
    this.show({ messages: [...this.#view.messages, ...messages] });
    for (const message of messages) this.tell("message", message);
  }

  async post(text, options = {}) {
    const id = crypto.randomUUID();
    const seq = 1 + Math.max(0, ...this.#view.messages.map((message) => message.seq));
    const stored = { seq, at: Date.now(), id, by: ME, text, mine: true, ...options };
    this.show({ messages: [...this.#view.messages, { ...stored, seq: 0, state: "pending" }] });
    await new Promise((done) => setTimeout(done, 60));
    this.show({ messages: this.#view.messages.map((one) => (one.id === id ? stored : one)) });
    return { id, seq, at: stored.at };
  }

  async older() {
    await new Promise((done) => setTimeout(done, 80));
    const page = this.olderPages.shift() ?? [];
    const atBeginning = this.olderPages.length === 0;
    this.show({ messages: [...page, ...this.#view.messages], atBeginning });
    return !atBeginning;
  }

  async edit(seq, text) {
    this.#change(seq, { text, editedAt: Date.now() });
  }

  async delete(seq) {
    this.#change(seq, { text: "", deletedAt: Date.now(), reactions: undefined });
  }

  async pin(seq, on = true) {
    this.#change(seq, { pinned: on || undefined });
  }

  async react(seq, emoji, on = true) {
    const { [emoji]: held, ...others } = this.#view.messages.find((one) => one.seq === seq)?.reactions ?? {};
    const count = (held?.count ?? 0) + (on ? 1 : -1);
    this.#change(seq, { reactions: count > 0 ? { ...others, [emoji]: { count, mine: on } } : others });
  }

  async retry(id) {
    this.show({
      messages: this.#view.messages.map((one) => (one.id === id ? { ...one, state: "pending" } : one)),
    });
  }

  discard(id) {
    this.show({ messages: this.#view.messages.filter((one) => one.id !== id) });
  }

  async moderate(action, user, { for: seconds, reason } = {}) {
    const until = seconds && Date.now() + seconds * 1000;
    this.tell("moderation", { action, user, by: ME, until, reason });
  }

  async configure(settings) {
    this.show({ settings: { ...this.#view.settings, ...settings } });
  }

  async restrictions() {
    return this.restricted;
  }

  async message(seq) {
    return this.#view.messages.find((one) => one.seq === seq);
  }

  markRead() {
    this.show({ unread: 0 });
  }

  typing() {}
  signal() {}
  rejoin() {}
  close() {}

  #change(seq, over) {
    this.show({
      messages: this.#view.messages.map((one) => (one.seq === seq ? { ...one, ...over } : one)),
    });
  }
}

/** A connection in the state it is given. */
export class HandChat {
  user = ME;
  #listeners = new Set();

  constructor(state = { status: "open" }) {
    this.state = state;
  }

  subscribe = (listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Goes into another state. */
  go(state) {
    this.state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }

  room(name) {
    return new HandRoom({ room: name });
  }

  async rename(name) {
    this.user = { ...this.user, name };
  }

  setToken() {}
  reconnect() {}
  close() {}
}
