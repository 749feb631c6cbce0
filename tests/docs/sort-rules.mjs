// `node tests/docs/sort-rules.mjs`: puts each rule of docs/SPEC.md into its group, or under "Not yet tested", by
// the ids that tests bear. `spec.test.ts` says when it is time.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PAGE = `${ROOT}docs/SPEC.md`;
const FOLDERS = ["sdk/test", "relay/test", "widget/test", "tests"];
const WAITING = "## Not yet tested\n";
const ORDER = ["P", "WIRE", "AUTH", "RM", "JOIN", "LOG", "PRES", "MOD", "LIM", "PLN", "OPS", "SDK", "W"];

const page = readFileSync(PAGE, "utf8");
const borne = idsOfTests();
const [tested = "", waiting = ""] = page.split(WAITING);
const start = tested.search(/^## [A-Z]+: /m);
const intro = waiting.slice(0, waiting.search(/^### /m)).trim();

/** @type {Map<string, Map<number, { id: string, text: string }>>} heading → number → rule */
const groups = new Map();
for (const [, heading = "", rules = ""] of page.matchAll(
  /^###? ([A-Z]+: .+)\n+((?:- [\s\S]*?)?)(?=\n##|$(?![\s\S]))/gm,
)) {
  const group = groups.get(heading) ?? new Map();
  groups.set(heading, group);
  for (const [, id = "", text = ""] of rules.matchAll(
    /^- (?:\*\*)?([A-Z]+\d+)(?:\*\*|:) ((?:(?!^- )[\s\S])+)/gm,
  )) {
    group.set(Number(id.replace(/\D+/, "")), { id, text: text.trimEnd() });
  }
}

const lines = [
  page.slice(0, start).trim(),
  "",
  ...sections("##", true),
  WAITING,
  intro,
  "",
  ...sections("###", false),
];
writeFileSync(PAGE, `${lines.join("\n").trimEnd()}\n`);

/**
 * @param {string} level
 * @param {boolean} isTested
 */
function sections(level, isTested) {
  const place = (/** @type {string} */ heading) => ORDER.indexOf(heading.slice(0, heading.indexOf(":")));
  const sorted = [...groups].toSorted(([a], [b]) => place(a) - place(b));
  return sorted.flatMap(([heading, group]) => {
    const rules = [...group].toSorted(([a], [b]) => a - b).filter(([, { id }]) => borne.has(id) === isTested);
    const items = rules.map(([, { id, text }]) => (isTested ? `- **${id}** ${text}` : `- ${id}: ${text}`));
    return items.length > 0 ? [`${level} ${heading}`, "", ...items, ""] : [];
  });
}

function idsOfTests() {
  const sources = FOLDERS.filter((folder) => existsSync(ROOT + folder)).flatMap((folder) =>
    readdirSync(ROOT + folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !`${folder}/${file}`.startsWith("tests/docs/"))
      .map((file) => readFileSync(`${ROOT}${folder}/${file}`, "utf8")),
  );
  const code = sources.join("\n").replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, "");
  const found = [...code.matchAll(/\[([A-Z]{1,4}\d{1,3}(?:, ?[A-Z]{1,4}\d{1,3})*)\]/g)];
  return new Set(found.flatMap(([, ids = ""]) => ids.split(/, ?/)));
}
