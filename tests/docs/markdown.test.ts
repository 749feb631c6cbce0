import { expect, test } from "vitest";
import { idsIn, markedBlocks, rulesOf, tableRows } from "./markdown.ts";

test("rules are read from lists and from tables", () => {
  const { rules, odd } = rulesOf(
    [
      "# P9",
      "- **P1** stored is stored",
      "* `RM12` a name",
      "",
      "| id | rule |",
      "| --- | --- |",
      "| **P2** | once |",
      "| P3 | in order |",
    ].join("\n"),
  );
  expect(rules.map(({ id }) => id)).toEqual(["P1", "RM12", "P2", "P3"]);
  expect(rules.map(({ text }) => text)).toEqual(["stored is stored", "a name", "once", "in order"]);
  expect(odd).toEqual([]);
});

test("a rule with a plain id has no test yet", () => {
  const { rules, pending, odd } = rulesOf("- **P1** tested\n- P5: not yet\n- PS: no rule");
  expect([rules.length, pending, odd]).toEqual([1, [{ id: "P5", text: "not yet" }], []]);
});

test("a line that begins like a rule and has no id is not overlooked", () => {
  expect(rulesOf("- **p1** small\n- **P1:** with a colon\n- **Px** no number").odd).toHaveLength(3);
});

test("ids are found in the names of tests, one or several, and not in comments", () => {
  const source = [
    "// [P9] says more",
    " * [P8] a docblock",
    'test("[P3] no hole", () => {});',
    "describe(`[RM4, RM5] names`, () => {});",
    'test("[P1] [P2] both", () => {});',
    "const first = list[A];",
  ].join("\n");
  expect(idsIn(source)).toEqual(["P3", "RM4", "RM5", "P1", "P2"]);
});

test("a marked block is the fenced one that follows, and nothing where none does", () => {
  const text =
    '<!-- golden: one -->\n\n```json\n[{"a": 1}]\n```\n\n<!-- golden: two -->\ntext\n```json\n[]\n```';
  expect(markedBlocks(text, "golden")).toEqual([
    { name: "one", language: "json", code: '[{"a": 1}]' },
    { name: "two", language: "", code: "" },
  ]);
});

test("rows are read from the table with that heading, and from no other", () => {
  const text = "| A | B |\n| --- | :-- |\n| `x` | a `b` c |\n\n| C |\n| --- |\n| y |";
  expect(tableRows(text, ["A", "B"])).toEqual([["x", "a `b` c"]]);
});
