// The page of tests/e2e/react.spec.ts: what somebody who uses React would write, but for its JSX.
import type { ChatRoom as ChatRoomElement } from "@natter/widget";
import { ChatRoom, type ChatRoomProps } from "@natter/widget/react";
import { createElement, createRef, StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";

const told: string[] = [];
const element = createRef<ChatRoomElement>();
let change: (props: ChatRoomProps | undefined) => void = () => {};

function App(): ReturnType<typeof createElement> {
  const [props, setProps] = useState<ChatRoomProps | undefined>();
  change = setProps;
  const [draws, setDraws] = useState(0);
  return createElement(
    StrictMode,
    null,
    createElement("button", { onClick: () => setDraws(draws + 1) }, `Drawn again ${draws}`),
    props &&
      createElement(ChatRoom, {
        ...props,
        ref: element,
        onChatReady: (event) => void told.push(`ready ${event.room} ${draws}`),
        onChatMessage: (event) => void told.push(`message ${event.message.text} ${draws}`),
      }),
  );
}

/** What the test does to the page, and reads of it. */
export interface ReactPage {
  told: string[];
  change(props: ChatRoomProps | undefined): void;
  element(): ChatRoomElement | null;
}

declare global {
  interface Window {
    reactPage: ReactPage;
  }
}

window.reactPage = { told, change: (props) => change(props), element: () => element.current };
createRoot(document.querySelector("main") ?? document.body).render(createElement(App));
