/**
 * Tells the Enter that sends from the Enter that ends a composition. People who write Chinese, Japanese or
 * Korean press Enter to choose a word, and a composer that takes it for "send" sends half a word.
 *
 * Browsers tell of a composition in three ways, and none of the three is enough alone: Chromium and Firefox set
 * `isComposing`; Safari ends the composition before that key goes down and marks it with key code 229 only; and
 * some input methods end it in the same task without either mark.
 */
export class Composition {
  #composing = false;

  readonly onStart = (): void => {
    this.#composing = true;
  };

  readonly onEnd = (): void => {
    // The key that ended it may still be on its way in this task.
    setTimeout(() => (this.#composing = false));
  };

  /** True for an Enter that means "send". */
  meansSend(event: KeyboardEvent): boolean {
    if (event.key !== "Enter" || event.shiftKey || event.altKey) return false;
    // oxlint-disable-next-line typescript/no-deprecated -- Safari says it in no other way
    return !event.isComposing && event.keyCode !== PROCESSED_BY_INPUT_METHOD && !this.#composing;
  }
}

const PROCESSED_BY_INPUT_METHOD = 229;
