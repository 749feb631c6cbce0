/** @jsxImportSource preact */
import "@natter/widget/jsx/preact";

/** Compiled, and never run: the tag in Preact's JSX. */
export function Typed(): unknown {
  return (
    <>
      <chat-room
        room="lobby"
        layout="bubble"
        open={false}
        getToken={() => Promise.resolve("")}
        onchat-unread={(event) => event.unread.toFixed()}
        class="wide"
      />
      {/* @ts-expect-error -- there is no such layout */}
      <chat-room layout="sideways" />
      {/* @ts-expect-error -- a ready room counts nothing */}
      <chat-room onchat-ready={(event) => void event.unread} />
    </>
  );
}
