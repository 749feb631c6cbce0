/** What a browser calls instead of taking an element out of the page and putting it in again. */
interface Movable {
  connectedMoveCallback?: () => void;
  requestUpdate?: () => void;
}

/**
 * Defines a part unless its name is taken: two copies of this script on one page must do no harm. A part that is
 * moved with `moveBefore` stays as it is, which it has to ask for; only its language may be another one there.
 */
export function defineOnce(name: string, element: CustomElementConstructor): void {
  if (customElements.get(name)) return;
  (element.prototype as Movable).connectedMoveCallback ??= function (this: Movable) {
    this.requestUpdate?.();
  };
  customElements.define(name, element);
}
