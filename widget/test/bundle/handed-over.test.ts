import { runInNewContext } from "node:vm";
import type { OutputChunk } from "rollup";
import { parseAst } from "rollup/parseAst";
import { expect, it } from "vitest";
import { BESIDE, partOf, scriptOf } from "../../bundle/handed-over.mjs";

function chunk(code: string, imports: string[] = []): OutputChunk {
  return { code, imports, fileName: "parts/a.js" } as unknown as OutputChunk;
}

it("makes a part a function of what it shares with the script", () => {
  const code = 'import { h as html, a } from "../room.js";\nconst A = () => html(a);\nexport { A, A as b };';
  const part = partOf(chunk(code, ["room.js"]), "room.js", parseAst);
  expect(part).not.toMatch(/^import/m);
  const expression = part.replace("export default", "").trim().replace(/;$/, "");
  const run = runInNewContext(expression) as (shared: object) => { A(): string; b(): string };
  const { A, b } = run({ h: (word: string) => `<${word}>`, a: "p" });
  expect([A(), b]).toEqual(["<p>", A]);
});

it("hands over what is for the parts, and exports the rest", () => {
  const code = `const x = 1, y = 2, f = () => "";\nconst go = () => import("./parts/a.js");\nexport { x as X, y as t, f as ${BESIDE} };`;
  const script = scriptOf(chunk(code), ["parts/a.js"], ["t"], parseAst);
  expect(script).toContain('const go = () => loadPart("./parts/a.js");');
  expect(script).toContain("import(f(name, import.meta.url))");
  expect(script).toContain("part({ t: y })");
  expect(script).toMatch(/export \{ x as X \};\s*$/);
});

it("builds no part that needs another part", () => {
  expect(() => partOf(chunk("", ["parts/b.js"]), "room.js", parseAst)).toThrow(/parts\/b\.js/);
});
