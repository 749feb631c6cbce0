import { nothing, type LitElement, type TemplateResult } from "lit";
import { OnDemand } from "../on-demand.ts";
import type { Completed, Completer } from "./completer.ts";

const completing = new OnDemand(() => import("./completer.ts"));

/** What a name or an emoji begins with, as keyboards and input methods write it. */
const SIGN = /[:：@＠]/;

/**
 * The completer of a field, from the moment in which there is something to complete: until the first sign that can
 * begin a name or an emoji there is none, and without it one writes on as if nothing had been offered.
 */
export class Suggestions {
  readonly #host: LitElement;
  readonly #field: Completed;
  readonly #onReady: () => void;
  #completer: Completer | undefined;
  #isWaiting = false;
  #hasFailed = false;
  /** What was typed last before the completer came. */
  #typed = "";

  /** @param onReady Called when the completer has come, to look at what stands in the field by then. */
  constructor(host: LitElement, field: Completed, onReady: () => void) {
    this.#host = host;
    this.#field = field;
    this.#onReady = onReady;
  }

  get isOpen(): boolean {
    return this.#completer?.isOpen ?? false;
  }

  get active(): string | undefined {
    return this.#completer?.active;
  }

  look(text: string, caret: number, isComposing: boolean): void {
    const completer = this.#made();
    if (!completer) return this.#wait(text, caret);
    completer.look(text, caret, isComposing);
    // An emoji that was named in full while this was on its way.
    if (this.#typed !== "" && this.#typed === text) completer.typed(text, caret);
    this.#typed = "";
  }

  typed(text: string, caret: number): void {
    if (this.#completer) this.#completer.typed(text, caret);
    else this.#typed = text;
  }

  close(): void {
    this.#completer?.close();
  }

  takes(event: KeyboardEvent): boolean {
    return this.#completer?.takes(event) ?? false;
  }

  render(): TemplateResult | typeof nothing {
    return this.#completer?.render() ?? nothing;
  }

  #made(): Completer | undefined {
    if (this.#completer) return this.#completer;
    const part = completing.drawnIn(this.#host);
    return (this.#completer = part && new part.Completer(this.#host, this.#field));
  }

  // What could not be had is tried again at the next sign, and not at every letter.
  #wait(text: string, caret: number): void {
    const near = this.#hasFailed ? text.charAt(caret - 1) : text;
    if (this.#isWaiting || !SIGN.test(near)) return;
    this.#isWaiting = true;
    void completing.fetch().then((part) => {
      this.#isWaiting = false;
      this.#hasFailed = !part;
      if (part) this.#onReady();
    });
  }
}
