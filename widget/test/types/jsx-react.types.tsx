/** @jsxImportSource react */
import "@natter/widget/jsx/react";
import type { ChatRoom } from "@natter/widget";
import { useRef } from "react";

/** Compiled, and never run: the tag in React's JSX. */
export function Typed(): unknown {
  const element = useRef<ChatRoom>(null);
  return (
    <>
      <chat-room
        ref={element}
        room="lobby"
        token-url="/chat-token"
        layout="bubble"
        open
        getToken={() => Promise.resolve("")}
        onchat-unread={(event) => event.unread.toFixed()}
        class="wide"
      >
        <a href="/r/lobby">Open the chat</a>
      </chat-room>
      {/* @ts-expect-error -- there is no such layout */}
      <chat-room layout="sideways" />
      {/* @ts-expect-error -- there is no such attribute */}
      <chat-room rooms="lobby" />
      {/* @ts-expect-error -- a ready room counts nothing */}
      <chat-room onchat-ready={(event) => void event.unread} />
    </>
  );
}
