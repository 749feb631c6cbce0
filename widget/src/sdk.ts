// Stands in for the types of @natter/sdk until they are exported.
import type { Member, Message, Person, Settings, User, Verb } from "@natter/sdk/protocol";
export type { Member, Person, Settings, User, Verb };

export interface ChatError extends Error {
  code: string;
  retryable: boolean;
  retryAfter?: number;
}
export interface ViewMessage extends Message {
  mine: boolean;
  state?: "pending" | "failed";
  error?: ChatError;
}
export interface Gap {
  after: number;
  before: number;
  load(limit?: number): Promise<boolean>;
}
export type RoomStatus = "joining" | "live" | "recovering" | "stale" | "removed";
export interface RoomView {
  room: string;
  status: RoomStatus;
  messages: readonly ViewMessage[];
  gaps: readonly Gap[];
  members: readonly Member[];
  count: number;
  typing: readonly Person[];
  can: ReadonlySet<Verb>;
  settings: Readonly<Settings>;
  unread: number;
  firstUnread?: number;
  atBeginning: boolean;
  error?: ChatError;
}
export type ChatState =
  | { status: "idle" }
  | { status: "connecting"; attempt: number }
  | { status: "open" }
  | { status: "waiting"; attempt: number; retryAt: number; error: ChatError }
  | { status: "refused"; error: ChatError }
  | { status: "closed" };

export interface Room {
  view(): RoomView;
  subscribe(listener: (view: RoomView) => void): () => void;
  post(text: string, options?: { reply?: number }): Promise<unknown>;
  edit(seq: number, text: string): Promise<unknown>;
  delete(seq: number): Promise<unknown>;
  react(seq: number, emoji: string, on?: boolean): Promise<unknown>;
  older(limit?: number): Promise<boolean>;
  typing(on?: boolean): void;
  markRead(seq?: number): void;
  retry(id: string): void;
  discard(id: string): void;
  on(name: "message", listener: (message: ViewMessage) => void): () => void;
  close(): void;
}

export interface Chat {
  readonly state: ChatState;
  readonly user: User | undefined;
  subscribe(listener: (state: ChatState) => void): () => void;
  room(name: string): Room;
  rename(name: string): Promise<unknown>;
  reconnect(): void;
  close(): void;
}
