import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { CASES, filesOfCases, TEST_FOLDERS, testFiles } from "./cases.ts";
import { idsIn, rulesOf } from "./markdown.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SPEC = `${ROOT}docs/SPEC.md`;

// Shown as skipped, never as passed, until the specification is written.
describe.skipIf(!existsSync(SPEC))("docs/SPEC.md and the tests agree", () => {
  const { rules, pending, odd } = rulesOf(existsSync(SPEC) ? readFileSync(SPEC, "utf8") : "");
  const ids = rules.map(({ id }) => id);
  const waiting = pending.map(({ id }) => id);
  const used = idsOfTests();

  test("every rule has an id of its own and says something", () => {
    expect(odd).toEqual([]);
    expect(ids.length).toBeGreaterThan(0);
    const all = [...ids, ...waiting];
    expect(all.filter((id, at) => all.indexOf(id) !== at)).toEqual([]);
    expect(rules.filter(({ text }) => text.trim() === "")).toEqual([]);
  });

  test("every rule has a test that bears its id", () => {
    expect(ids.filter((id) => !used.has(id))).toEqual([]);
  });

  test("every id that a test bears is a rule", () => {
    const unknown = [...used].filter(([id]) => !ids.includes(id));
    const told = unknown.map(([id, files]) => {
      const why = waiting.includes(id) ? "is tested: make its id in SPEC.md bold" : "is no rule of SPEC.md";
      return `${id} ${why} (${[...files].join(", ")})`;
    });
    expect(told).toEqual([]);
  });

  // Counted with the skipped tests of every run, until somebody writes them.
  for (const { id, text } of pending) test.todo(`${id} ${text}`);
});

test("every case has a test that bears its id, and the other way round", () => {
  const borne = filesOfCases();
  expect(Object.keys(CASES).filter((id) => !borne.has(id))).toEqual([]);
  const groups = new Set(Object.keys(CASES).map((id) => id.slice(0, 2)));
  expect([...borne.keys()].filter((id) => groups.has(id.slice(0, 2)) && !(id in CASES))).toEqual([]);
});

/** The files in which each id is borne. */
function idsOfTests(): Map<string, Set<string>> {
  const used = new Map<string, Set<string>>();
  for (const file of TEST_FOLDERS.flatMap(testFiles)) {
    for (const id of idsIn(readFileSync(ROOT + file, "utf8"))) {
      used.set(id, (used.get(id) ?? new Set()).add(file));
    }
  }
  return used;
}
