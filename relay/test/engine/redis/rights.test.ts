import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { COMMANDS } from "../../../src/engine/redis/rights.ts";

const FOLDER = fileURLToPath(new URL("../../../src/engine/redis/", import.meta.url));
const ACL = readFileSync(fileURLToPath(new URL("../../../deploy/redis-users.acl", import.meta.url)), "utf8");

const SOURCES = readdirSync(FOLDER)
  .filter((name) => name !== "rights.ts")
  .map((name) => readFileSync(FOLDER + name, "utf8"))
  .join("\n");

/** What is called in steps, and sent beside them. */
const CALLED = [
  ...SOURCES.matchAll(/redis\.p?call\(\s*['"]([A-Za-z]+)['"]/g),
  ...SOURCES.matchAll(/\.command\(\s*[^"();]+,\s*"([A-Z]+)"/g),
  ...SOURCES.matchAll(/\.(?:ask|command)\(\["([A-Z]+)"/g),
].map(([, name = ""]) => name.toUpperCase());

/** Asked of sentinels, which have users of their own; or of two words, of which the first is looked at. */
const ELSEWHERE = new Set(["SENTINEL"]);

/** Sent in other ways than these: by a method of the client, or in a list that is put together. */
const OTHERWISE = ["EVAL", "EVALSHA", "INFO", "SSUBSCRIBE", "SUNSUBSCRIBE"];

test("the user of the documents may do what a relay does, and nothing else", () => {
  const allowed = [...ACL.matchAll(/ \+(\S+)/g)].map(([, name = ""]) => name.toUpperCase());
  expect(allowed).toEqual(COMMANDS);
  expect(ACL).toMatch(/^user natter on >\S+ resetkeys ~natter:\* resetchannels &natter:\* -@all( \+\S+)+\n$/);
  const firsts = new Set(COMMANDS.map((name) => name.split("|")[0]));
  const missing = CALLED.filter((name) => !firsts.has(name) && !ELSEWHERE.has(name));
  expect([...new Set(missing)]).toEqual([]);
  const called = new Set([...CALLED, ...OTHERWISE]);
  expect(COMMANDS.filter((name) => !called.has(name.split("|")[0] ?? ""))).toEqual([]);
  expect(CALLED.length).toBeGreaterThan(50);
});
