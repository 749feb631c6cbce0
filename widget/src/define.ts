/** Defines an element unless its name is taken: two copies of this script on one page must do no harm. */
export function defineOnce(name: string, element: CustomElementConstructor): void {
  if (!customElements.get(name)) customElements.define(name, element);
}
