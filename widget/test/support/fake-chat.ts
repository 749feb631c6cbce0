import type { ChatState, RoomView, ViewMessage } from "@natter/sdk";
import type { Member } from "@natter/sdk/protocol";
import type { ChatHandle, RoomHandle } from "../../src/handles.ts";

const CAN = new Set(["read", "post", "react", "edit-own", "delete-own", "signal"] as const);

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
    unread: 0,
    atBeginning: true,
    ...over,
  };
}

/** A room that a test or a picture moves by hand; it stores what is posted at once unless `hold` is set. */
export class FakeRoom implements RoomHandle {
  calls: string[] = [];
  hold = false;
  olderPages: ViewMessage[][] = [];
  #view: RoomView;
  #listeners = new Set<(view: RoomView) => void>();
  #onMessage = new Set<(message: ViewMessage) => void>();
  #me: Member;

  constructor(view: Partial<RoomView>, me: Member = { id: "me", name: "Mira" }) {
    this.#view = viewOf(view);
    this.#me = me;
  }

  view(): RoomView {
    return this.#view;
  }

  show(over: Partial<RoomView>): void {
    this.#view = { ...this.#view, ...over };
    for (const listener of [...this.#listeners]) listener(this.#view);
  }

  hear(message: ViewMessage): void {
    this.show({ messages: [...this.#view.messages, message] });
    for (const listener of this.#onMessage) listener(message);
  }

  subscribe(listener: (view: RoomView) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  on(_name: "message", listener: (message: ViewMessage) => void): () => void {
    this.#onMessage.add(listener);
    return () => void this.#onMessage.delete(listener);
  }

  async post(text: string): Promise<unknown> {
    const seq = (this.#view.messages.findLast((m) => m.seq > 0)?.seq ?? 0) + 1;
    const id = `own-${Date.now()}-${seq}`;
    const message: ViewMessage = {
      seq: 0,
      at: Date.now(),
      id,
      by: this.#me,
      text,
      mine: true,
      state: "pending",
    };
    this.show({ messages: [...this.#view.messages, message] });
    if (this.hold) return new Promise(() => {});
    await new Promise((done) => setTimeout(done, 60));
    const { state: _, ...stored } = { ...message, seq };
    this.show({ messages: this.#view.messages.map((m) => (m.id === id ? stored : m)) });
    return stored;
  }

  async older(): Promise<boolean> {
    this.calls.push("older");
    await new Promise((done) => setTimeout(done, 80));
    const page = this.olderPages.shift() ?? [];
    this.show({ messages: [...page, ...this.#view.messages], atBeginning: this.olderPages.length === 0 });
    return this.olderPages.length > 0;
  }

  async edit(seq: number, text: string): Promise<void> {
    this.calls.push(`edit ${seq} ${text}`);
  }
  async delete(seq: number): Promise<void> {
    this.calls.push(`delete ${seq}`);
  }
  async react(seq: number, emoji: string, on = true): Promise<void> {
    this.calls.push(`react ${seq} ${emoji} ${on}`);
  }
  typing(): void {
    this.calls.push("typing");
  }
  markRead(): void {
    this.calls.push("markRead");
    this.show({ unread: 0 });
  }
  retry(id: string): void {
    this.calls.push(`retry ${id}`);
  }
  discard(id: string): void {
    this.calls.push(`discard ${id}`);
    this.show({ messages: this.#view.messages.filter((m) => m.id !== id) });
  }
  close(): void {
    this.calls.push("close");
  }
}

/** A connection that a test or a picture moves by hand. */
export class FakeChat implements ChatHandle {
  state: ChatState = { status: "open" };
  user = { id: "me", name: "Mira" };
  readonly #rooms = new Map<string, FakeRoom>();
  readonly #listeners = new Set<(state: ChatState) => void>();

  constructor(...rooms: FakeRoom[]) {
    for (const room of rooms) this.#rooms.set(room.view().room, room);
  }
  subscribe(listener: (state: ChatState) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
  go(state: ChatState): void {
    this.state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }
  room(name: string): FakeRoom {
    const room = this.#rooms.get(name) ?? new FakeRoom({ room: name });
    this.#rooms.set(name, room);
    return room;
  }
  async rename(name: string): Promise<void> {
    this.user = { ...this.user, name };
  }
  reconnect(): void {}
  close(): void {}
}
