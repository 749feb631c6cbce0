// Compiled and never run: each line below a directive must not compile.
import { useSyncExternalStore } from "./use-sync-external-store.ts";
import {
  connect,
  type Chat,
  type ChatState,
  type ConnectOptions,
  type Room,
  type Verb,
  type ViewMessage,
} from "../../src/index.ts";

interface Board {
  signals: { cursor: { x: number; y: number }; wave: undefined };
  data: { colour: string };
}

export async function typed(): Promise<void> {
  const chat = connect<Board>({ relay: "https://relay.example" });
  const room = chat.room("board");

  room.signal("cursor", { x: 1, y: 2 });
  room.signal("wave", undefined);
  // @ts-expect-error The cursor has two places.
  room.signal("cursor", { x: 1 });
  // @ts-expect-error There is no such signal.
  room.signal("curser", { x: 1, y: 2 });

  await room.post("x", { data: { colour: "red" } });
  // @ts-expect-error A colour is a text.
  await room.post("x", { data: { colour: 1 } });

  const colour: string | undefined = room.view().messages[0]?.data?.colour;
  // @ts-expect-error A message's data has no shape.
  void room.view().messages[0]?.data?.shape;

  room.on("signal", (signal) => {
    if (signal.name === "cursor") void signal.data.x;
    // @ts-expect-error Only a cursor has a place.
    else void signal.data.x;
  });
  room.on("message", (message) => void message.data?.colour);
  // @ts-expect-error There is no such thing to listen for.
  room.on("massage", () => {});

  for await (const message of room) void message.data?.colour;
  void colour;
}

export async function untyped(): Promise<void> {
  const room = connect({ relay: "https://relay.example" }).room("lobby");
  room.signal("anything", { at: "all" });
  await room.post("x", { data: { any: ["thing"] } });
  room.on("signal", ({ name, data }) => [name, data]);
}

export function reacts(room: Room, chat: Chat): void {
  useSyncExternalStore(room.subscribe, room.view);
  useSyncExternalStore(chat.subscribe, () => chat.state);
}

export function immutable(room: Room): void {
  // @ts-expect-error A view is not to be changed.
  const messages: ViewMessage[] = room.view().messages;
  // @ts-expect-error Nor is what may be done here.
  const can: Set<Verb> = room.view().can;
  void [messages, can];
}

export function exhaustive(state: ChatState): number | undefined {
  switch (state.status) {
    case "waiting":
      return state.retryAt;
    case "connecting":
      return state.attempt;
    case "refused":
      return state.error.retryAfter;
    case "idle":
    case "open":
    case "closed":
      // @ts-expect-error Only what waits has a moment to try again.
      void state.retryAt;
      return undefined;
    default:
      return state satisfies never;
  }
}

export const options: ConnectOptions[] = [
  { relay: "wss://relay.example", token: "a token" },
  { relay: "wss://relay.example", token: async () => (await fetch("/chat-token")).text() },
  { relay: "wss://relay.example", WebSocket: globalThis.WebSocket },
  // @ts-expect-error Without a relay there is nothing to connect to.
  { token: "a token" },
];
