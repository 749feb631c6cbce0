import type { ReactiveController, ReactiveControllerHost } from "lit";

/** How near to the end still counts as being there, for somebody who scrolls towards it. */
const NEAR_PX = 32;
/** How far up the wheel must go before the list is let go of; less is a slip of the finger. */
const AWAY_PX = 4;
/** What is left of the messages before, so that one sees where one is. */
const MARK_TOP_PX = 40;

/**
 * Keeps the place of somebody who reads. At the end the list follows what is new; anywhere else the message at
 * the top of what is seen stays where it is, whatever is added, loaded, changed or measured around it.
 *
 * The place is held by a message and its distance from the top, never by heights: those change when an image
 * loads, a font arrives or older messages come in. Browsers that could do this (`overflow-anchor`) are told not
 * to, so that two anchors do not pull at once.
 */
export class ReadingPlace implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #scroller: () => HTMLElement | undefined;
  readonly #resized: ResizeObserver;
  #watched: HTMLElement | undefined;
  #anchor: { row: HTMLElement; top: number } | undefined;
  #top = 0;
  #following = true;

  constructor(host: ReactiveControllerHost, scroller: () => HTMLElement | undefined) {
    this.#host = host;
    this.#scroller = scroller;
    this.#resized = new ResizeObserver(() => this.restore());
    host.addController(this);
  }

  /** True while the end is in view and new messages are followed. */
  get following(): boolean {
    return this.#following;
  }

  hostUpdate(): void {
    this.#remember();
  }

  hostUpdated(): void {
    this.#watch();
    this.restore();
  }

  hostDisconnected(): void {
    this.#resized.disconnect();
    this.#watched = undefined;
  }

  /** The visitor scrolled: where are they now? */
  readonly onScroll = (): void => {
    const scroller = this.#scroller();
    if (!scroller) return;
    const was = this.#following;
    const left = scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop;
    if (left <= AWAY_PX) this.#following = true;
    else if (scroller.scrollTop < this.#top) this.#following = false;
    else if (left <= NEAR_PX) this.#following = true;
    this.#top = scroller.scrollTop;
    this.#remember();
    if (was !== this.#following) this.#host.requestUpdate();
  };

  /** Goes to the end and follows it from then on. */
  toEnd(): void {
    this.#following = true;
    this.restore();
    this.#host.requestUpdate();
  }

  /** Begins at `mark` instead of at the end, if it would not be seen from there. False when it would. */
  startAt(mark: HTMLElement): boolean {
    const scroller = this.#scroller();
    if (!scroller || mark.offsetTop >= scroller.scrollHeight - scroller.clientHeight) return false;
    this.#following = false;
    scroller.scrollTop = mark.offsetTop - MARK_TOP_PX;
    this.#top = scroller.scrollTop;
    this.#remember();
    this.#host.requestUpdate();
    return true;
  }

  /** Puts what is read back to its place, or the end into view. */
  restore(): void {
    const scroller = this.#scroller();
    if (!scroller) return;
    if (this.#following) scroller.scrollTop = scroller.scrollHeight;
    else this.#pullBack(scroller);
    this.#top = scroller.scrollTop;
  }

  #pullBack(scroller: HTMLElement): void {
    const anchor = this.#anchor;
    if (!anchor?.row.isConnected) return;
    const moved = anchor.row.offsetTop - scroller.scrollTop - anchor.top;
    if (Math.abs(moved) >= 1) scroller.scrollTop += moved;
  }

  #remember(): void {
    const scroller = this.#scroller();
    if (!scroller || this.#following) return;
    const row = firstInView(scroller);
    this.#anchor = row && { row, top: row.offsetTop - scroller.scrollTop };
  }

  #watch(): void {
    const scroller = this.#scroller();
    if (!scroller || scroller === this.#watched) return;
    this.#resized.disconnect();
    this.#watched = scroller;
    this.#resized.observe(scroller);
    for (const child of scroller.children) this.#resized.observe(child);
  }
}

/** The first message whose end is below the upper edge; found by halving, as rows stand in order. */
function firstInView(scroller: HTMLElement): HTMLElement | undefined {
  const rows = scroller.querySelectorAll<HTMLElement>(".row");
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle];
    if (row && row.offsetTop + row.offsetHeight <= scroller.scrollTop) low = middle + 1;
    else high = middle;
  }
  return rows[low];
}
