/** The rows that are drawn: messages, and what stands between them. */
export function rowsOf(scroller: HTMLElement): HTMLElement[] {
  return [...scroller.querySelectorAll<HTMLElement>("li[data-key]")];
}

export function rowOf(scroller: HTMLElement, key: string): HTMLElement | undefined {
  return rowsOf(scroller).find((row) => row.dataset["key"] === key);
}

/**
 * How far below the upper edge an item is, in px. Of a message it is the text that counts: the name above it
 * comes and goes as older messages of the same author do.
 */
export function topOf(row: HTMLElement, scroller: HTMLElement): number {
  const box = row.querySelector(".bubble") ?? row;
  return box.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
}

/**
 * The first row that begins in view, or the one that fills it; none where nothing is drawn. A message rather than
 * what stands between messages, as that comes and goes. Found by halving, as rows stand in order.
 */
export function firstInView(scroller: HTMLElement): HTMLElement | undefined {
  const rows = rowsOf(scroller);
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle];
    if (row && row.offsetTop + row.offsetHeight <= scroller.scrollTop) low = middle + 1;
    else high = middle;
  }
  const bottom = scroller.scrollTop + scroller.clientHeight;
  const inView = rows.slice(low, low + 4).filter((row) => row.offsetTop < bottom);
  const begin = inView.filter((row) => topOf(row, scroller) >= 0);
  return begin.find((row) => row.classList.contains("row")) ?? begin[0] ?? inView[0];
}

// Through the style object, not a `style` attribute: that is what a strict Content-Security-Policy allows.
export function setHeight(spacer: HTMLElement | null, heightPx: number): void {
  spacer?.style.setProperty("block-size", `${heightPx}px`);
}
