import { parseAst } from "rollup/parseAst";

/** The letters that minified code has most of, so that what follows them compresses well. */
const LETTERS = "etsnoriacldhupmfgbvwykxSAETCMPLz";

/** @typedef {{ type: string, start: number, end: number, name: string, body: Member[] }} Node */
/** @typedef {{ key?: Node }} Member */
/** @typedef {Map<string, Node[]>} Scope the private names of a class, and where they stand */
/** @typedef {{ scope: Scope, from: number }} Class `from`: how many names the classes around it have taken */

/**
 * Gives the private members of each class names of their own: a minifier makes every one different in the whole
 * file, which no class can see, and which compresses badly.
 *
 * @param {string} code
 */
export function shortPrivates(code) {
  const edits = classesIn(parseAst(code)).flatMap(({ scope, from }) =>
    [...scope.values()]
      .toSorted((one, other) => other.length - one.length)
      .flatMap((uses, at) => uses.map(({ start, end }) => ({ start, end, name: shortName(from + at) }))),
  );
  let short = code;
  for (const { start, end, name } of edits.toSorted((one, other) => other.start - one.start)) {
    short = `${short.slice(0, start)}#${name}${short.slice(end)}`;
  }
  return short;
}

/** @param {number} at */
function shortName(at) {
  return LETTERS[at] ?? `z${at}`;
}

/**
 * @param {unknown} node
 * @param {readonly Scope[]} around the classes that this is inside of, the innermost first
 * @param {Class[]} found
 */
function classesIn(node, around = [], found = []) {
  if (typeof node !== "object" || node === null) return found;
  const { type, name, body } = /** @type {Node} */ (node);
  if (type === "PrivateIdentifier") {
    const uses = around.find((scope) => scope.has(name))?.get(name);
    uses?.push(/** @type {Node} */ (node));
  }
  let inside = around;
  if (type === "ClassBody") {
    const keys = body.flatMap(({ key }) => (key?.type === "PrivateIdentifier" ? key.name : []));
    /** @type {Scope} */
    const own = new Map(keys.map((key) => [key, []]));
    found.push({ scope: own, from: around.reduce((sum, { size }) => sum + size, 0) });
    inside = [own, ...around];
  }
  for (const child of Object.values(node)) classesIn(child, inside, found);
  return found;
}
