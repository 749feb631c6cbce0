// ?messages=50 shows that many; `window.speak(100)` lets people say so many a second until what it returns is called.
import { roomOf } from "./room.js";

const wanted = new URLSearchParams(location.search);
const room = roomOf(Number(wanted.get("messages") ?? 50));

performance.mark("natter:script");
await import("/chat-room.js");
const element = document.createElement("chat-room");
element.room = "bench";
element.roomHandle = room;
document.body.append(element);

const list = () => element.shadowRoot?.querySelector("chat-messages")?.shadowRoot;
const log = () => list()?.querySelector("[role=log]");
// In a frame callback all that was asked for is in the document, and the paint is next.
requestAnimationFrame(() => {
  performance.mark("natter:drawn");
  document.title = "drawn";
});

Object.assign(window, {
  articles: () => list()?.querySelectorAll("article").length ?? 0,
  /** Scrolls to a share of the list, from 0 to 1. */
  scrollToShare: (share) => log()?.scrollTo(0, (log()?.scrollHeight ?? 0) * share),
  isAtEnd: () => (log() ? log().scrollHeight - log().clientHeight - log().scrollTop < 2 : false),
  /** Steady by the clock, and not by how often a timer comes round. */
  speak(perSecond) {
    const started = performance.now();
    let said = 0;
    const timer = setInterval(() => {
      while (said < ((performance.now() - started) / 1000) * perSecond) {
        said++;
        room.hear();
      }
    }, 1000 / perSecond);
    return () => {
      clearInterval(timer);
      return said;
    };
  },
});
