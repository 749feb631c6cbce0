/** @jsxImportSource react */
import type { ChatRoom as ChatRoomElement } from "@natter/widget";
import { ChatRoom } from "@natter/widget/react";
import { createRef } from "react";

/** Compiled, and never run: the component. */
export function Typed(): unknown {
  const element = createRef<ChatRoomElement>();
  return (
    <>
      <ChatRoom
        ref={element}
        room="lobby"
        tokenUrl="/chat-token"
        theme="dark"
        announce="mentions"
        readonly
        className="wide"
        style={{ height: "20em" }}
        onClick={() => element.current?.open()}
        onChatMessage={({ message }) => message.text.trim()}
        onChatBeforeSend={(event) => (event.text = event.text.trim())}
      >
        <a href="/r/lobby">Open the chat</a>
      </ChatRoom>
      {/* @ts-expect-error -- there is no such theme */}
      <ChatRoom theme="sepia" />
      {/* @ts-expect-error -- what is unread is a number */}
      <ChatRoom onChatUnread={(event) => void event.text} />
    </>
  );
}
