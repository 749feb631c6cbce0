// oxlint-disable no-template-curly-in-string -- code as a text
import { parseAst } from "rollup/parseAst";
import { expect, it } from "vitest";
import { unspoken } from "../../../sdk/bundle/unspoken.mjs";
import { INTERNAL_NAMES } from "../../bundle/internal-names.mjs";
import { publicNames, sourcesOf } from "./public-names.ts";

it("lists each name once, and none that is short already", () => {
  expect(INTERNAL_NAMES.length).toBeGreaterThan(20);
  expect([...new Set(INTERNAL_NAMES)]).toEqual(INTERNAL_NAMES);
  expect(INTERNAL_NAMES.filter((name) => name.length < 3)).toEqual([]);
});

it("lists nothing that a page, a packet or a storage knows", () => {
  const known = publicNames();
  for (const name of ["markRead", "frameBytes", "opened", "writing", "retryAt"])
    expect(known).toContain(name);
  expect(INTERNAL_NAMES.filter((name) => known.has(name))).toEqual([]);
});

it("lists nothing that is no member any more", () => {
  const all = [...sourcesOf("sdk"), ...sourcesOf("widget")].map(({ text }) => text).join("\n");
  expect(INTERNAL_NAMES.filter((name) => !new RegExp(`\\b${name}\\b`).test(all))).toEqual([]);
});

it.each([
  ["a class in a template", 'html`<p class="wide opens">`'],
  ["a class in a style", "css`.row.opens { color: red }`"],
  ["a property in a template", "html`<chat-messages .opens=${x}></chat-messages>`"],
  ["a key that is looked up", "words.term('opens')"],
  ["a template in a template", "html`<p>${x ? html`<b class=opens>${x}</b>` : ''}</p>`"],
  ["a name in a list", "const parts = 'closes, opens'"],
])("leaves a name its letters that stands in %s", (_, code) => {
  expect(unspoken(parseAst(code), ["opens", "silent"])).toEqual(["silent"]);
});

it("passes over what a minifier finds by itself", () => {
  const code = "const o = { opens: 1, 'silent': 2 }; if ('opens' in o) o.opens = `${o.silent}`;";
  expect(unspoken(parseAst(code), ["opens", "silent"])).toEqual(["opens", "silent"]);
});
