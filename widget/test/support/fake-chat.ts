import type { ChatState, RoomListeners, RoomView, Sent, ViewMessage } from "@natter/sdk";
import type { Member, RestrictedUser, Verb } from "@natter/sdk/protocol";
import type { ChatHandle, RoomHandle } from "../../src/handles.ts";

const CAN = new Set<Verb>(["read", "post", "react", "edit-own", "delete-own", "signal"]);

/** A view with nothing in it, live, of a member. */
export function viewOf(over: Partial<RoomView> = {}): RoomView {
  return {
    room: "lobby",
    status: "live",
    messages: [],
    gaps: [],
    members: [],
    count: 0,
    typing: [],
    can: CAN,
    settings: {},
    pins: [],
    unread: 0,
    atBeginning: true,
    ...over,
  };
}

/** A room that a test or a picture moves by hand. It writes down in `calls` what it was asked for. */
export class FakeRoom implements RoomHandle {
  readonly calls: string[] = [];
  /** Pages that `older` brings, newest first. */
  readonly olderPages: ViewMessage[][] = [];
  /** Who is muted or banned. */
  restricted: RestrictedUser[] = [];
  /** Messages that are older than those held. */
  elsewhere: ViewMessage[] = [];
  #view: RoomView;
  readonly #listeners = new Set<(view: RoomView) => void>();
  readonly #heard = new Set<[string, (value: never) => void]>();
  readonly #me: Member;

  constructor(view: Partial<RoomView>, me: Member = { id: "me", name: "Mira" }) {
    this.#view = viewOf(view);
    this.#me = me;
  }

  readonly view = (): RoomView => this.#view;

  /** Shows something else. */
  show(over: Partial<RoomView>): void {
    this.#view = { ...this.#view, ...over };
    for (const listener of [...this.#listeners]) listener(this.#view);
  }

  /** Somebody writes. */
  hear(...messages: ViewMessage[]): void {
    this.show({ messages: [...this.#view.messages, ...messages] });
    for (const message of messages) this.tell("message", message);
  }

  /** Something happens. */
  tell<N extends keyof RoomListeners>(name: N, value: RoomListeners[N]): void {
    for (const [wanted, listener] of this.#heard) if (wanted === name) listener(value as never);
  }

  readonly subscribe = (listener: (view: RoomView) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  on<N extends keyof RoomListeners>(name: N, listener: (value: RoomListeners[N]) => void): () => void {
    const entry: [string, (value: never) => void] = [name, listener];
    this.#heard.add(entry);
    return () => void this.#heard.delete(entry);
  }

  async post(text: string, options: { reply?: number } = {}): Promise<Sent> {
    this.calls.push(`post ${text}`);
    const seq = (this.#view.messages.findLast((message) => message.seq > 0)?.seq ?? 0) + 1;
    const id = `own-${this.calls.length}`;
    const stored: ViewMessage = { seq, at: Date.now(), id, by: this.#me, text, mine: true, ...options };
    this.show({ messages: [...this.#view.messages, { ...stored, seq: 0, state: "pending" }] });
    await new Promise((done) => setTimeout(done, 60));
    this.show({ messages: this.#view.messages.map((message) => (message.id === id ? stored : message)) });
    return { id, seq, at: stored.at };
  }

  async older(): Promise<boolean> {
    this.calls.push("older");
    await new Promise((done) => setTimeout(done, 80));
    const page = this.olderPages.shift() ?? [];
    const atBeginning = this.olderPages.length === 0;
    this.show({ messages: [...page, ...this.#view.messages], atBeginning });
    return !atBeginning;
  }

  edit(seq: number, text: string): Promise<Sent> {
    this.#change(seq, { text, editedAt: Date.now() });
    return this.#did(`edit ${seq} ${text}`);
  }

  delete(seq: number): Promise<Sent> {
    this.#change(seq, { text: "", deletedAt: Date.now() });
    return this.#did(`delete ${seq}`);
  }

  react(seq: number, emoji: string, on = true): Promise<Sent> {
    const before = this.#view.messages.find((message) => message.seq === seq)?.reactions ?? {};
    const count = (before[emoji]?.count ?? 0) + (on ? 1 : -1);
    const { [emoji]: _, ...others } = before;
    this.#change(seq, { reactions: count > 0 ? { ...before, [emoji]: { count, mine: on } } : others });
    return this.#did(`react ${seq} ${emoji} ${on}`);
  }

  pin(seq: number, on = true): Promise<Sent> {
    this.#change(seq, { pinned: on });
    return this.#did(`pin ${seq} ${on}`);
  }

  moderate(action: string, user: string): Promise<Sent> {
    return this.#did(`moderate ${action} ${user}`);
  }

  configure(settings: RoomView["settings"]): Promise<Sent> {
    this.show({ settings: { ...this.#view.settings, ...settings } });
    return this.#did(`configure ${JSON.stringify(settings)}`);
  }

  restrictions(): Promise<RestrictedUser[]> {
    this.calls.push("restrictions");
    return Promise.resolve(this.restricted);
  }

  message(seq: number): Promise<ViewMessage | undefined> {
    this.calls.push(`message ${seq}`);
    return Promise.resolve(this.elsewhere.find((message) => message.seq === seq));
  }

  rejoin(): void {
    this.calls.push("rejoin");
  }

  retry(id: string): Promise<Sent> {
    return this.#did(`retry ${id}`);
  }

  discard(id: string): void {
    this.calls.push(`discard ${id}`);
    this.show({ messages: this.#view.messages.filter((message) => message.id !== id) });
  }

  typing(on = true): void {
    this.calls.push(`typing ${on}`);
  }

  markRead(): void {
    this.calls.push("markRead");
    this.show({ unread: 0 });
  }

  close(): void {
    this.calls.push("close");
  }

  #change(seq: number, over: Partial<ViewMessage>): void {
    const changed = (message: ViewMessage): ViewMessage =>
      message.seq === seq ? { ...message, ...over } : message;
    this.show({ messages: this.#view.messages.map(changed) });
  }

  #did(call: string): Promise<Sent> {
    this.calls.push(call);
    return Promise.resolve({ id: "x", seq: 1, at: 1 });
  }
}

/** A connection that a test or a picture moves by hand. */
export class FakeChat implements ChatHandle {
  state: ChatState = { status: "open" };
  user = { id: "me", name: "Mira" };
  readonly #rooms = new Map<string, RoomHandle>();
  readonly #listeners = new Set<(state: ChatState) => void>();

  readonly subscribe = (listener: (state: ChatState) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  go(state: ChatState): void {
    this.state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }

  room(name: string): RoomHandle {
    const room = this.#rooms.get(name) ?? new FakeRoom({ room: name });
    this.#rooms.set(name, room);
    return room;
  }

  rename(name: string): Promise<void> {
    this.user = { ...this.user, name };
    return Promise.resolve();
  }

  reconnect(): void {}
  close(): void {}
}
