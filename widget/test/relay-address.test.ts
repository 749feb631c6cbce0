import { expect, it } from "vitest";
import { relayOfScript } from "../src/relay-address.ts";

it.each([
  ["https://relay.example/chat-room.js", "https://relay.example"],
  ["https://relay.example/v1.2.3/chat-room.js", "https://relay.example"],
  ["https://relay.example/v1.2.3-beta.1/chat-room.js?x=1", "https://relay.example"],
  ["http://localhost:8000/chat-room.js", "http://localhost:8000"],
  ["https://site.example/chat/chat-room.js", "https://site.example/chat"],
  ["https://site.example/chat/v2.0.0/chat-room.js", "https://site.example/chat"],
])("a script at %s belongs to the relay at %s", (script, relay) => {
  expect(relayOfScript(script)).toBe(relay);
});

it.each([
  "https://site.example/assets/index-a8f3.js",
  "https://site.example/src/index.ts",
  "file:///home/me/chat-room.js",
  "https://relay.example/my-chat-room.js",
])("%s says nothing of a relay", (script) => {
  expect(relayOfScript(script)).toBeUndefined();
});
