/**
 * Tells a panel that fills the screen how much of the screen is seen. When a phone's keyboard comes up, the
 * window keeps its height and the keyboard covers its lower part; only `visualViewport` knows the rest.
 */
export class SeenViewport {
  readonly #panel: () => HTMLElement | null;
  #watched: VisualViewport | null = null;

  constructor(panel: () => HTMLElement | null) {
    this.#panel = panel;
  }

  start(): void {
    this.#watched = visualViewport;
    this.#watched?.addEventListener("resize", this.#measure);
    this.#watched?.addEventListener("scroll", this.#measure);
    this.#measure();
  }

  stop(): void {
    this.#watched?.removeEventListener("resize", this.#measure);
    this.#watched?.removeEventListener("scroll", this.#measure);
    this.#watched = null;
  }

  readonly #measure = (): void => {
    const seen = this.#watched;
    const panel = this.#panel();
    // While the visitor has zoomed in, the layout must stay still under the glass.
    if (!seen || !panel || seen.scale > 1) return;
    panel.style.setProperty("--_seen-height", `${seen.height}px`);
    panel.style.setProperty("--_seen-top", `${seen.offsetTop}px`);
  };
}
