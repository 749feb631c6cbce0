/** Something worth saying aloud to those who do not look: one message, by name and text. */
export interface Spoken {
  name: string;
  text: string;
}

/** Turns what gathered since the last announcement into one sentence. */
export type Phrase = (news: readonly Spoken[]) => string;

/** At most one announcement in this time: a busy room must not talk without pause. */
export const PAUSE_MS = 1000;
/** What is spoken of one text; the rest can be read in the list. */
export const SPOKEN_LENGTH = 200;

/**
 * Gathers what happens and says it in one sentence at most once a second: alone "Ann: hello", together "7 new
 * messages".
 */
export class Announcements {
  readonly #say: (sentence: string) => void;
  readonly #after: (ms: number, run: () => void) => unknown;
  #news: Spoken[] = [];
  #phrase: Phrase | undefined;
  #waiting = false;

  constructor(say: (sentence: string) => void, after: (ms: number, run: () => void) => unknown) {
    this.#say = say;
    this.#after = after;
  }

  /** Adds one; `phrase` words all that gathered, in the language of the room that spoke last. */
  add(spoken: Spoken, phrase: Phrase): void {
    this.#news.push({ name: spoken.name, text: clipped(spoken.text) });
    this.#phrase = phrase;
    if (this.#waiting) return;
    this.#waiting = true;
    this.#after(PAUSE_MS, () => this.#speak());
  }

  #speak(): void {
    this.#waiting = false;
    const news = this.#news;
    this.#news = [];
    if (news.length > 0 && this.#phrase) this.#say(this.#phrase(news));
  }
}

/**
 * Says a sentence through the page's one live region. The region is in the light DOM, because screen readers
 * are unreliable with live regions in shadow roots, and it is made before it is needed, because they ignore
 * regions that appear together with their text.
 */
export function say(sentence: string): void {
  const region = liveRegion();
  // The same sentence twice is no change, and would not be spoken the second time.
  region.textContent = region.textContent === sentence ? `${sentence}\u00a0` : sentence;
  clearTimeout(forgetting);
  forgetting = setTimeout(() => (region.textContent = ""), FORGET_MS);
}

// What was spoken may be deleted later, and must not be found here then.
const FORGET_MS = 5000;
let forgetting: ReturnType<typeof setTimeout> | undefined;

/** Makes the page's live region, if it is not there yet. */
export function liveRegion(): HTMLElement {
  const found = document.getElementById(REGION_ID);
  if (found) return found;
  const region = document.createElement("div");
  region.id = REGION_ID;
  region.role = "status";
  region.ariaLive = "polite";
  for (const [property, value] of HIDDEN) region.style.setProperty(property, value);
  document.body.append(region);
  return region;
}

/** The announcements of all rooms of this page. */
export const announcements = new Announcements(say, (ms, run) => setTimeout(run, ms));

const REGION_ID = "natter-announcer";

// Set one by one through CSSOM: a strict Content-Security-Policy forbids a `style` attribute. `display: none` or
// `visibility: hidden` would silence the region.
const HIDDEN = [
  ["position", "absolute"],
  ["width", "1px"],
  ["height", "1px"],
  ["margin", "-1px"],
  ["overflow", "hidden"],
  ["clip-path", "inset(50%)"],
  ["white-space", "nowrap"],
] as const;

function clipped(text: string): string {
  // No more than a sign can need: two units each, and one to see that there is more.
  const points = [...text.slice(0, SPOKEN_LENGTH * 2 + 2)];
  return points.length > SPOKEN_LENGTH ? `${points.slice(0, SPOKEN_LENGTH).join("")}…` : text;
}
