// Styles and templates are text to a minifier. Here they lose what a browser does not need.

/** @typedef {{ type: string, tag: { name: string }, quasi: { quasis: { start: number, end: number }[] } }} Tagged */

/**
 * Makes the templates of a module smaller.
 *
 * @param {(id: string) => boolean} isOurs
 * @returns {import("rollup").Plugin}
 */
export function smallTemplates(isOurs) {
  return {
    name: "small-templates",
    transform(code, id) {
      if (!isOurs(id) || !/\b(?:css|html|svg) ?`/.test(code)) return null;
      const texts = quasisIn(this.parse(code)).toSorted((one, other) => other.start - one.start);
      let small = code;
      for (const { start, end, isCss } of texts) {
        const text = code.slice(start, end);
        small = small.slice(0, start) + (isCss ? smallCss(text) : smallHtml(text)) + small.slice(end);
      }
      return { code: small, map: null };
    },
  };
}

/**
 * Styles without comments and needless white space.
 *
 * @param {string} css
 */
export function smallCss(css) {
  return css
    .replaceAll(/\/\*[\s\S]*?\*\//g, "")
    .replaceAll(/[ \t\r\n]+/g, " ")
    .replaceAll(/ ?([{};,]) ?/g, "$1")
    .replaceAll(/ > /g, ">")
    .replaceAll(/: /g, ":")
    .replaceAll(/\( /g, "(")
    .replaceAll(/ \)/g, ")")
    .replaceAll(/;\}/g, "}")
    .replaceAll(/(?<![\w.])0(\.\d)/g, "$1")
    .replaceAll(/ !important/g, "!important");
}

/**
 * A template without line breaks, and without quotes around what is one word. What is between two elements stays
 * a space, where there was any: it may be one that is seen.
 *
 * @param {string} html
 */
export function smallHtml(html) {
  return html.replaceAll(/[ \t\r\n]+/g, " ").replaceAll(/ ([a-z-]+)="([\w.-]+)"(?=[ >])/g, " $1=$2");
}

/**
 * The texts of a module's tagged templates.
 *
 * @param {unknown} node
 * @param {{ start: number, end: number, isCss: boolean }[]} found
 */
function quasisIn(node, found = []) {
  if (typeof node !== "object" || node === null) return found;
  const { type, tag, quasi } = /** @type {Tagged} */ (node);
  if (type === "TaggedTemplateExpression" && TAGS.has(tag.name)) {
    for (const { start, end } of quasi.quasis) found.push({ start, end, isCss: tag.name === "css" });
  }
  for (const child of Object.values(node)) quasisIn(child, found);
  return found;
}

const TAGS = new Set(["css", "html", "svg"]);

/**
 * Names of custom properties that begin with `--_` are private: they stand in our styles and in the few lines that
 * set them, and nowhere else.
 *
 * @param {string} code
 * @param {Map<string, string>} names the short ones given so far, to which this code's are added
 */
export function shortStyleNames(code, names) {
  return code.replaceAll(/--_[a-z][a-z-]*/g, (name) => {
    const short = names.get(name) ?? `--_${names.size.toString(36)}`;
    names.set(name, short);
    return short;
  });
}
