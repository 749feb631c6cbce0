/** @jsxImportSource solid-js */
import "@natter/widget/jsx/solid";

/** Compiled, and never run: the tag in Solid's JSX. */
export function Typed(): unknown {
  return (
    <>
      <chat-room
        room="lobby"
        layout="bubble"
        prop:getToken={() => Promise.resolve("")}
        on:chat-unread={(event) => event.unread.toFixed()}
        class="wide"
      />
      {/* @ts-expect-error -- there is no such layout */}
      <chat-room layout="sideways" />
      {/* @ts-expect-error -- a ready room counts nothing */}
      <chat-room on:chat-ready={(event) => void event.unread} />
    </>
  );
}
