/**
 * Tells the keys of an input method from those of the field. People who write Chinese, Japanese or Korean press
 * Enter to choose a word, and a composer that takes it for "send" sends half a word.
 *
 * Browsers mark such a key in one of two ways: Chromium and Firefox set `isComposing`; Safari ends the composition
 * before that key goes down and marks it with key code 229 only. What marks neither is known by its time: the
 * composition ends in the same task. Where there are marks the time means nothing, as with Hangul on a Mac: the
 * Enter that ends the syllable is marked, and comes again at once, unmarked, because it means "send" as well.
 */
export class Composition {
  #isOn = false;
  #ending: ReturnType<typeof setTimeout> | undefined;
  #marksKeys = false;

  /** True while a word is being composed. */
  get isOn(): boolean {
    return this.#isOn;
  }

  readonly onStart = (): void => {
    this.#isOn = true;
  };

  /**
   * The field has just got the focus: nothing is composed in it yet. The next key may come in the same task, as
   * when something types for the visitor, and is the field's.
   */
  readonly onFocus = (): void => {
    this.#isOn = false;
  };

  readonly onEnd = (): void => {
    this.#isOn = false;
    clearTimeout(this.#ending);
    this.#ending = setTimeout(() => (this.#ending = undefined));
  };

  /** True for a key that belongs to the input method. */
  takes(event: KeyboardEvent): boolean {
    if (isForInputMethod(event)) return (this.#marksKeys = true);
    return this.#isOn || (this.#ending !== undefined && !this.#marksKeys);
  }
}

const PROCESSED_BY_INPUT_METHOD = 229;

/** True for a key that the browser marks as one for an input method. */
export function isForInputMethod(event: KeyboardEvent): boolean {
  // oxlint-disable-next-line typescript/no-deprecated -- Safari says it in no other way
  return event.isComposing || event.keyCode === PROCESSED_BY_INPUT_METHOD;
}

/** True for an Enter that means "send", unless an input method takes it. */
export function meansSend({ key, shiftKey, altKey }: KeyboardEvent): boolean {
  return key === "Enter" && !shiftKey && !altKey;
}

/**
 * True for a key that is for the browser and the page also while somebody writes: Tab, function keys, and what is
 * pressed together with Ctrl or Cmd. (Ctrl and Alt together write signs on many keyboards.)
 */
export function isForPage({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  return /^(Tab|Escape|F\d+)$/.test(key) || ((ctrlKey || metaKey) && !altKey);
}
