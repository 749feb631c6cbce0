/**
 * Hands the parts of a bundle what they share with its script. A part that imported the script by its address would
 * run it a second time on a page that loaded it by another one (`/chat-room.js`, `/v0.1.0/chat-room.js`, with a
 * query), with a second Lit. So a part is a function of what it needs, and the script exports nothing for it.
 *
 * @typedef {{ start: number, end: number }} Place
 * @typedef {Place & { type: string, source: Place | null, specifiers: { local: Name, exported: Name, imported: Name }[] }} Statement
 * @typedef {{ name: string }} Name
 * @typedef {import("rollup").OutputChunk} Chunk
 * @typedef {(code: string) => { body: unknown[] }} Parse
 */

/** What the script calls the function that finds the address of a part. */
export const BESIDE = "besideScript";

/**
 * The code of a part: `import { a as html } from "../chat-room.js"` becomes an argument.
 *
 * @param {Chunk} chunk
 * @param {string} script file name of the entry
 * @param {Parse} parse
 */
export function partOf({ code, fileName, imports }, script, parse) {
  if (imports.some((file) => file !== script)) {
    throw new Error(
      `${fileName} needs ${imports.join(" and ")}: what two parts share belongs into the script.`,
    );
  }
  const statements = /** @type {Statement[]} */ (parse(code).body);
  const taken = statements.filter(({ type }) => type === "ImportDeclaration");
  const given = statements.filter(({ type }) => type === "ExportNamedDeclaration");
  const args = taken.flatMap(({ specifiers }) =>
    specifiers.map(({ imported, local }) => `${imported.name}: ${local.name}`),
  );
  const results = given.flatMap(({ specifiers }) =>
    specifiers.map(({ local, exported }) => `${exported.name}: ${local.name}`),
  );
  const body = without(code, [...taken, ...given]);
  return `export default ({ ${args.join(", ")} }) => {\n${body}\nreturn { ${results.join(", ")} };\n};\n`;
}

/**
 * The code of the script: what it exported for its parts it hands over when it loads one.
 *
 * @param {Chunk} chunk
 * @param {readonly string[]} parts file names
 * @param {readonly string[]} shared names of exports that are for the parts only
 * @param {Parse} parse
 */
export function scriptOf({ code }, parts, shared, parse) {
  const statements = /** @type {Statement[]} */ (parse(code).body);
  const exports = statements.filter(({ type, source }) => type === "ExportNamedDeclaration" && !source);
  const all = exports.flatMap(({ specifiers }) => specifiers);
  const beside = all.find(({ exported }) => exported.name === BESIDE)?.local.name;
  /** @param {string} colon */
  const listed =
    (colon) =>
    (/** @type {Statement["specifiers"][number]} */ { local, exported }) =>
      colon === ":" ? `${exported.name}: ${local.name}` : `${local.name} as ${exported.name}`;
  const handed = all.filter(({ exported }) => shared.includes(exported.name)).map(listed(":"));
  const left = all.filter(({ exported }) => exported.name !== BESIDE && !shared.includes(exported.name));
  let script = without(code, exports);
  for (const file of parts) {
    const call = new RegExp(String.raw`import\((['"])\./${file.replaceAll(".", String.raw`\.`)}\1\)`, "g");
    script = script.replaceAll(call, `loadPart("./${file}")`);
  }
  return `${script}
const loadPart = (name) =>
  import(${beside}(name, import.meta.url)).then(({ default: part }) => part({ ${handed.join(", ")} }));
export { ${left.map(listed("as")).join(", ")} };\n`;
}

/**
 * @param {string} code
 * @param {readonly Place[]} places in their order
 */
function without(code, places) {
  return places.reduceRight((left, { start, end }) => left.slice(0, start) + left.slice(end), code);
}
