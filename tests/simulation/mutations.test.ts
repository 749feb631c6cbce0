import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { mutations } from "./mutate.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

describe("the list of mutations", () => {
  it.each(mutations())("can still be made: $name", ({ file, find }) => {
    expect(readFileSync(ROOT + file, "utf8").split(find)).toHaveLength(2);
  });
});
