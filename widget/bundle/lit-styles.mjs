// Lit's css-tag.js for browsers that have constructable style sheets. The others are older than what the element
// needs anyway (look-behind in expressions, `findLast`), so Lit's way around them would be dead weight in each page.

class Styles {
  /** @type {CSSStyleSheet | undefined} */
  #sheet;

  /** @param {string} text */
  constructor(text) {
    this.cssText = text;
  }

  get styleSheet() {
    if (!this.#sheet) {
      this.#sheet = new CSSStyleSheet();
      this.#sheet.replaceSync(this.cssText);
    }
    return this.#sheet;
  }

  toString() {
    return this.cssText;
  }
}

export { Styles as CSSResult };
export const supportsAdoptingStyleSheets = true;

/** @param {unknown} text */
export const unsafeCSS = (text) => new Styles(String(text));

/**
 * @param {TemplateStringsArray} strings
 * @param {...unknown} values styles, or numbers
 */
export const css = (strings, ...values) => new Styles(String.raw({ raw: strings }, ...values));

/**
 * @param {ShadowRoot} root
 * @param {(CSSStyleSheet | Styles)[]} styles
 */
export const adoptStyles = (root, styles) => {
  root.adoptedStyleSheets = styles.map((style) =>
    style instanceof CSSStyleSheet ? style : style.styleSheet,
  );
};

/** @param {CSSStyleSheet | Styles} style */
export const getCompatibleStyle = (style) => style;
