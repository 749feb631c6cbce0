import { expect, it } from "vitest";
import { readBlocks } from "../../src/markup/blocks.ts";

function drawn(text: string): string[] {
  return readBlocks(text).map((block) => {
    if (block.kind !== "list") return `${block.kind}: ${block.text}`;
    return `${block.start ?? "-"}: ${block.items.join(", ")}`;
  });
}

it.each([
  ["plain\n\n  as it was", ["text: plain\n\n  as it was"]],
  ["see:\n```js\nlet a = 1;\n\n- b\n```\ndone", ["text: see:", "code: let a = 1;\n\n- b", "text: done"]],
  ["```\nopen", ["text: ```\nopen"]],
  ["> said\n> twice\nreply", ["quote: said\ntwice", "text: reply"]],
  ["- a\n- b\n1. c\n2. d", ["-: a, b", "1: c, d"]],
  ["7. lucky", ["7: lucky"]],
  ["-1 is a number", ["text: -1 is a number"]],
  ["- ", ["text: - "]],
  ["", ["text: "]],
  ["a\n- b", ["text: a", "-: b"]],
  ["```\n```", ["code: "]],
])("reads %j", (text, blocks) => {
  expect(drawn(text)).toEqual(blocks);
});

it("takes time in proportion to the text, whatever the text is", () => {
  for (const evil of [
    "```\n",
    "> \n",
    "- a\n",
    "1. a\n",
    "\n",
    " \n",
    "```a\n",
    "-",
    "- a\n```\n",
    "> a\nb\n",
  ]) {
    const start = performance.now();
    readBlocks(evil.repeat(50_000));
    expect(performance.now() - start, evil).toBeLessThan(2500);
  }
});
