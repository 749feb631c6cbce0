import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { canonical, goldenFrames } from "../../sdk/test/protocol/golden.ts";
import { markedBlocks } from "./markdown.ts";

const PAGE = fileURLToPath(new URL("../../docs/PROTOCOL.md", import.meta.url));
const frames = goldenFrames();

// Shown as skipped, never as passed, until the page is written.
describe.skipIf(!existsSync(PAGE))("docs/PROTOCOL.md shows the golden frames", () => {
  const blocks = markedBlocks(existsSync(PAGE) ? readFileSync(PAGE, "utf8") : "", "golden");

  test.each(frames)("$name, as it is in the file", ({ name, frame }) => {
    const shown = blocks.filter((block) => block.name === name);
    expect(shown, `docs/PROTOCOL.md does not show <!-- golden: ${name} -->`).not.toEqual([]);
    for (const { language, code } of shown) {
      expect(language).toBe("json");
      expect(canonical(JSON.parse(code))).toBe(canonical(frame));
    }
  });

  test("no mark names a frame that is not there", () => {
    const known = new Set(frames.map(({ name }) => name));
    expect(blocks.filter(({ name }) => !known.has(name))).toEqual([]);
  });
});
