/** @typedef {{ type: string, value: unknown, operator: string, left: unknown, computed: boolean, key: unknown }} Node */

/**
 * Those of some names that stand in no text of a program. One that does, as a class in a template, as a property
 * that a template sets, as a key that is looked up, must keep its letters: a minifier would not find it there.
 * Texts that only ask whether an object has a member (`"name" in object`) it finds.
 *
 * @param {unknown} program as ESTree
 * @param {readonly string[]} names
 */
export function unspoken(program, names) {
  const words = new Set(textsIn(program).flatMap((text) => text.match(/[\w$]+/g) ?? []));
  return names.filter((name) => !words.has(name));
}

/**
 * @param {unknown} node
 * @param {string[]} texts
 */
function textsIn(node, texts = []) {
  if (typeof node !== "object" || node === null) return texts;
  const { type, value, operator, left, computed, key } = /** @type {Node} */ (node);
  if (type === "Literal" && typeof value === "string") texts.push(value);
  if (type === "TemplateElement") texts.push(/** @type {{ raw: string }} */ (value).raw);
  const asked = type === "BinaryExpression" && operator === "in" ? left : undefined;
  const named = type === "Property" && !computed ? key : undefined;
  for (const child of Object.values(node)) {
    if (child === undefined || (child !== asked && child !== named)) textsIn(child, texts);
  }
  return texts;
}
