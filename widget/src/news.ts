import type { ViewMessage } from "@natter/sdk";
import { announcements } from "./announcer.ts";
import { chime } from "./chime.ts";
import { calls } from "./markup/names.ts";
import type { Localizer } from "./strings/localizer.ts";

/** Which new messages a screen reader is told of. */
export type Announce = "all" | "mentions" | "off";

/** How a room takes news just now. */
export interface Attention {
  /** False for a bubble that is closed: it counts, and is silent. */
  isOpen: boolean;
  announce: Announce;
  sound: boolean;
  /** The visitor's own name, to know when it is called. */
  ownName: string | undefined;
}

/** True for what somebody else has said and not taken back since. */
export function isNews({ mine, deletedAt }: ViewMessage): boolean {
  return !mine && deletedAt === undefined;
}

/** Tells the visitor of a message that has just come: by voice if they listen, by sound if they look elsewhere. */
export function tellNews(message: ViewMessage, attention: Attention, words: Localizer): void {
  const { isOpen, sound } = attention;
  if (!isNews(message)) return;
  if (sound && (document.hidden || !isOpen)) chime();
  if (isOpen && isWorthSaying(message.text, attention)) announce(message, words);
}

function isWorthSaying(text: string, { announce, ownName }: Attention): boolean {
  switch (announce) {
    case "off":
      return false;
    case "mentions":
      return ownName !== undefined && calls(text, ownName);
    default:
      return true;
  }
}

function announce({ by, text }: ViewMessage, words: Localizer): void {
  announcements.add({ name: by.name, text }, (news) => {
    const [only] = news;
    return news.length === 1 && only
      ? words.term("said", only.name, only.text)
      : words.term("newMessages", news.length);
  });
}
