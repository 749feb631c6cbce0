import "../../src/index.ts";
import type { ViewMessage } from "@natter/sdk";
import { FakeChat, FakeRoom } from "../support/fake-chat.ts";

// A room with ?messages=10000 in it, into which ?rate=100 a second are said.
const wanted = new URLSearchParams(location.search);
const count = Number(wanted.get("messages") ?? 10_000);
const rate = Number(wanted.get("rate") ?? 0);

function message(seq: number): ViewMessage {
  const by = { id: `u${seq % 17}`, name: `Person ${seq % 17}` };
  const text = `message ${seq} ${"words and **more** words ".repeat((seq * 7) % 9)}`;
  return { seq, at: Date.now() - (count - seq) * 20_000, id: `m${seq}`, by, text, mine: seq % 11 === 0 };
}

const fake = new FakeRoom({ messages: Array.from({ length: count }, (_, at) => message(at + 1)) });
const room = document.createElement("chat-room");
room.client = new FakeChat();
room.roomHandle = fake;
document.body.append(room);
Object.assign(window, { fake });

let seq = count;
if (rate > 0) {
  const step = 50;
  setInterval(() => {
    const some = Math.max(1, Math.round((rate * step) / 1000));
    fake.hear(...Array.from({ length: some }, () => ({ ...message(++seq), at: Date.now() })));
  }, step);
}
