import { ChatRoom } from "./chat-room.ts";
import { tellOwner } from "./owner-notes.ts";
import { loadedFrom } from "./relay-address.ts";
import { roomsOfScriptTags } from "./script-tag.ts";
import { VERSION } from "./version.ts";

export { ChatRoom };
export {
  ChatBeforeSendEvent,
  ChatErrorEvent,
  ChatMessageEvent,
  ChatReadyEvent,
  ChatStatusEvent,
  ChatUnreadEvent,
  type ChatStatus,
} from "./events.ts";
export { addLanguage } from "./strings/localizer.ts";
export type { RoomStrings } from "./strings/strings.ts";

// Pages load this twice (in the theme's footer and again by a tag manager) and servers import it for rendering;
// neither is an error.
if (typeof customElements !== "undefined" && typeof document !== "undefined") start();

function start(): void {
  loadedFrom(import.meta.url);
  const known = customElements.get("chat-room") as { version?: string } | undefined;
  if (!known) customElements.define("chat-room", ChatRoom);
  else if (known.version !== VERSION) {
    const other = known.version ?? "of something else";
    tellOwner("other-version", `<chat-room> ${other} is already on this page; ${VERSION} stands back.`);
  }
  roomsOfScriptTags(import.meta.url);
}
