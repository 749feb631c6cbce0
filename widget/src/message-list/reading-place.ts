import type { ReactiveController, ReactiveControllerHost } from "lit";
import { Heights } from "./heights.ts";
import type { ListItem } from "./items.ts";
import { firstInView, rowOf, rowsOf, setHeight, topOf } from "./rows.ts";
import { itemAt, sliceAround, type Slice } from "./slice.ts";

/** How near to the end still counts as being there, for somebody who scrolls towards it. */
const NEAR_PX = 32;
/** How far up the wheel must go before the list is let go of; less is a slip of the finger. */
const AWAY_PX = 4;
/** What is left of the messages before a place that is jumped to, so that one sees where one is. */
const JUMP_TOP_PX = 48;

/** Where a certain item is so many px below the upper edge. */
export interface Standing {
  key: string;
  topPx: number;
}

/** Where somebody is: at the end, somewhere in between, or where it is only guessed what will be drawn. */
type Place = { at: "end" } | ({ at: "item" | "open" } & Standing);

const END: Place = { at: "end" };

/**
 * Keeps the place of somebody who reads. At the end the list follows what is new; anywhere else the item at the
 * upper edge stays where it is, whatever is added, loaded, changed or measured around it.
 *
 * The place is held by an item and its distance from the edge, never by heights: those change when an image
 * loads, a font arrives or older messages come in. Browsers that could do this (`overflow-anchor`) are told not
 * to, so that two anchors do not pull at once. A long list is drawn around the place only, see {@link Slice}.
 */
export class ReadingPlace implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #scroller: () => HTMLElement | undefined;
  readonly #heights = new Heights();
  readonly #resized = new ResizeObserver(() => {
    const woke = this.#isAsleep;
    this.#remember();
    this.restore();
    const scroller = this.#scroller();
    if (woke || (scroller && this.#isThin(scroller))) this.#host.requestUpdate();
  });
  #watched: Element | null = null;
  #place: Place = END;
  #items: readonly ListItem[] = [];
  #slice: Slice = { from: 0, to: 0, abovePx: 0, belowPx: 0 };
  #top = 0;
  /** Out of the page, or in a closed bubble: where nothing is drawn, no number means anything. */
  #isAsleep = false;

  constructor(host: ReactiveControllerHost, scroller: () => HTMLElement | undefined) {
    this.#host = host;
    this.#scroller = scroller;
    host.addController(this);
  }

  /** True while the end is in view and new messages are followed. */
  get following(): boolean {
    return this.#place.at === "end";
  }

  /** Where the visitor stands, if it is not the end. */
  get standing(): Standing | undefined {
    return this.#place.at === "end" ? undefined : this.#place;
  }

  /** Chooses what to draw of the items. Call it once in each update. */
  slice(items: readonly ListItem[]): readonly ListItem[] {
    this.#outlive(items);
    this.#items = items;
    // Before there is a box it is as tall as it can be.
    const view = this.#scroller()?.clientHeight ?? innerHeight;
    this.#slice = sliceAround(items.length, this.#heightPx, this.#placeInItems(view), view);
    return items.slice(this.#slice.from, this.#slice.to);
  }

  hostConnected(): void {
    // A box that is moved in the page is scrolled to its top by that.
    this.#host.requestUpdate();
  }

  hostUpdate(): void {
    this.#remember();
  }

  hostUpdated(): void {
    this.#watch();
    this.#measure();
    this.restore();
  }

  hostDisconnected(): void {
    this.#isAsleep = true;
    this.#resized.disconnect();
    this.#watched = null;
  }

  /** The visitor scrolled: where are they now? */
  readonly onScroll = (): void => {
    const scroller = this.#scroller();
    if (!scroller || this.#isAsleep) return;
    const wasFollowing = this.following;
    if (this.#wasScrolled(scroller)) this.#settle(scroller);
    this.#top = scroller.scrollTop;
    if (wasFollowing !== this.following || this.#isThin(scroller)) this.#host.requestUpdate();
  };

  /** Goes to the end and follows it from then on. */
  toEnd(): void {
    this.#place = END;
    this.#host.requestUpdate();
  }

  /** Goes to an item and stays there. */
  jumpTo(key: string, topPx = JUMP_TOP_PX): void {
    this.#place = { at: "item", key, topPx };
    this.#host.requestUpdate();
  }

  /** Goes to an item unless it is in view from the end. True when it went. */
  startAt(key: string): boolean {
    const scroller = this.#scroller();
    const row = scroller && rowOf(scroller, key);
    if (scroller && row && row.offsetTop >= scroller.scrollHeight - scroller.clientHeight) return false;
    this.jumpTo(key);
    return true;
  }

  /** Puts what is read back to its place, or the end into view. */
  restore(): void {
    const scroller = this.#scroller();
    if (!scroller || this.#isAsleep) return;
    if (this.#place.at === "end") scroller.scrollTop = scroller.scrollHeight;
    else this.#pullBack(scroller, this.#place.key, this.#place.topPx);
    this.#top = scroller.scrollTop;
    // By now it is drawn, and one sees what stands there.
    if (this.#place.at === "open" && rowOf(scroller, this.#place.key)) this.#stand(scroller);
  }

  readonly #heightPx = (index: number): number => {
    const item = this.#items[index];
    return item ? this.#heights.of(item.key) : 0;
  };

  #placeInItems(view: number): { at: number; topPx: number } {
    const place = this.#place;
    if (place.at === "end") return { at: this.#items.length, topPx: view };
    const at = this.#items.findIndex((item) => item.key === place.key);
    return at === -1 ? { at: this.#items.length, topPx: view } : { at, topPx: place.topPx };
  }

  // What stood at the edge may be gone: a message that was given up, or the line above what is new. What came after
  // it and is still there stands for it then, where it was seen last.
  #outlive(items: readonly ListItem[]): void {
    const place = this.#place;
    const scroller = this.#scroller();
    if (place.at === "end" || !scroller || items.some(({ key }) => key === place.key)) return;
    const at = this.#items.findIndex(({ key }) => key === place.key);
    const left = new Set(items.map(({ key }) => key));
    const next = this.#items.find(({ key }, index) => index > at && left.has(key));
    const row = next && rowOf(scroller, next.key);
    if (at === -1) return;
    const topPx = row ? topOf(row, scroller) : place.topPx;
    this.#place = next ? { ...place, key: next.key, topPx } : END;
  }

  #pullBack(scroller: HTMLElement, key: string, topPx: number): void {
    const row = rowOf(scroller, key);
    if (!row) return;
    const moved = topOf(row, scroller) - topPx;
    if (Math.abs(moved) < 1) return;
    scroller.scrollTop += moved;
    // It cannot stand as high as that, as the end comes first: then the end is where they are.
    if (moved > 0 && topOf(row, scroller) - topPx > 1) this.toEnd();
  }

  #settle(scroller: HTMLElement): void {
    const left = scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop;
    const movesUp = scroller.scrollTop < this.#top;
    if (left <= AWAY_PX || (left <= NEAR_PX && !movesUp)) this.#place = END;
    else if (movesUp || !this.following) this.#stand(scroller);
  }

  // What gets shorter while one reads its end moves by itself, and nobody wanted that.
  #wasScrolled(scroller: HTMLElement): boolean {
    const most = scroller.scrollHeight - scroller.clientHeight;
    const isClamped = this.#top > most && scroller.scrollTop >= most - 1;
    return scroller.scrollTop !== this.#top && !isClamped;
  }

  // The visitor may have scrolled and the browser not told of it yet; to restore the place before would throw
  // them back.
  #remember(): void {
    const scroller = this.#scroller();
    if (!scroller) return;
    const hasSlept = this.#isAsleep;
    this.#isAsleep = scroller.clientHeight === 0;
    // A list that wakes begins at the top in most browsers; nobody has scrolled there.
    if (!hasSlept && !this.#isAsleep && this.#wasScrolled(scroller)) this.#settle(scroller);
    this.#top = scroller.scrollTop;
  }

  #stand(scroller: HTMLElement): void {
    const row = firstInView(scroller);
    const key = row?.dataset["key"];
    if (row && key !== undefined) this.#place = { at: "item", key, topPx: topOf(row, scroller) };
    else this.#standInTheOpen(scroller);
  }

  // Dragged to where nothing is drawn yet.
  #standInTheOpen(scroller: HTMLElement): void {
    const { at, topPx } = itemAt(this.#items.length, this.#heightPx, scroller.scrollTop);
    const item = this.#items[at];
    this.#place = item ? { at: "open", key: item.key, topPx } : END;
  }

  /** True where what is drawn soon ends, and the list does not. */
  #isThin(scroller: HTMLElement): boolean {
    const { from, to } = this.#slice;
    const rows = rowsOf(scroller);
    const first = rows[0];
    const last = rows.at(-1);
    if (!first || !last) return this.#items.length > 0;
    const reserve = scroller.clientHeight / 2;
    const end = last.offsetTop + last.offsetHeight;
    return (
      (from > 0 && first.offsetTop > scroller.scrollTop - reserve) ||
      (to < this.#items.length && end < scroller.scrollTop + scroller.clientHeight + reserve)
    );
  }

  #measure(): void {
    const scroller = this.#scroller();
    if (!scroller || this.#isAsleep) return;
    // Before anything is measured: whatever changes after that has to be laid out again.
    setHeight(scroller.querySelector(".above"), this.#slice.abovePx);
    setHeight(scroller.querySelector(".below"), this.#slice.belowPx);
    this.#heights.fit(scroller.clientWidth);
    const rows = rowsOf(scroller);
    const tops = rows.map((row) => row.offsetTop);
    rows.forEach((row, at) => {
      const height = (tops[at + 1] ?? row.offsetTop + row.offsetHeight) - (tops[at] ?? 0);
      if (row.dataset["key"] !== undefined) this.#heights.set(row.dataset["key"], height);
    });
  }

  #watch(): void {
    const scroller = this.#scroller();
    const content = scroller?.firstElementChild ?? null;
    if (!scroller || !content || content === this.#watched) return;
    this.#resized.disconnect();
    this.#watched = content;
    this.#resized.observe(scroller);
    this.#resized.observe(content);
  }
}
