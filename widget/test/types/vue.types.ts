import "@natter/widget/vue";
import type { GlobalComponents } from "vue";

type Props = InstanceType<GlobalComponents["chat-room"]>["$props"];

/** Compiled, and never run: what Vue's templates may give the tag. */
export const typed: Props = {
  room: "lobby",
  "token-url": "/chat-token",
  layout: "bubble",
  getToken: () => Promise.resolve(""),
  onChatUnread: (event) => event.unread.toFixed(),
};

export const wrong: Props = {
  // @ts-expect-error -- there is no such layout
  layout: "sideways",
  // @ts-expect-error -- a ready room counts nothing
  onChatReady: (event) => void event.unread,
};
