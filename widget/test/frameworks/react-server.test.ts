import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { expect, it, vi } from "vitest";
import { ChatRoom } from "../../src/frameworks/react.ts";

it("is drawn on a server with its attributes and what stands between its tags, and nothing of the rest", () => {
  const said = vi.spyOn(console, "error").mockImplementation(() => {});
  const html = renderToString(
    createElement(
      ChatRoom,
      {
        relay: "https://relay.example",
        room: "lobby",
        tokenUrl: "/chat-token",
        className: "wide",
        open: true,
        getToken: () => Promise.resolve("secret"),
        onChatReady: () => {},
      },
      createElement("a", { href: "/r/lobby" }, "Open the chat"),
    ),
  );
  expect(html).toBe(
    '<chat-room relay="https://relay.example" room="lobby" token-url="/chat-token" class="wide">' +
      '<a href="/r/lobby">Open the chat</a></chat-room>',
  );
  expect(said).not.toHaveBeenCalled();
});
