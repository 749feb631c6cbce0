import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { markedBlocks } from "./markdown.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const FOLDER = `${ROOT}test-results/embedding/`;
const TSC = `${ROOT}node_modules/typescript/bin/tsc`;

const CONFIG = {
  extends: "../../tests/tsconfig.json",
  compilerOptions: { rootDir: "../.." },
  include: ["."],
  references: [],
};

test("the snippets of docs/EMBEDDING.md compile as they stand", async () => {
  const page = await readFile(`${ROOT}docs/EMBEDDING.md`, "utf8");
  // How to embed a page is shown in HTML, and run in a browser.
  const blocks = markedBlocks(page, "snippet").filter(({ name }) => name !== "embed");
  expect(blocks.map(({ name }) => name)).toEqual(["languages", "bundler", "react", "react-tag"]);
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  await writeFile(`${FOLDER}tsconfig.json`, JSON.stringify(CONFIG));
  for (const { name, language, code } of blocks) await writeFile(`${FOLDER}${name}.${language}`, `${code}\n`);
  const compiled = promisify(execFile)(process.execPath, [TSC, "-p", FOLDER], { cwd: FOLDER });
  const said = await compiled.then(
    () => "",
    (error: unknown) => (error as { stdout: string }).stdout,
  );
  expect(said).toBe("");
}, 60_000);

test("docs/EMBEDDING.md shows a script of Vue's with imports that there are", async () => {
  const page = await readFile(`${ROOT}docs/EMBEDDING.md`, "utf8");
  const [, vue = ""] = /```vue\n([\s\S]*?)\n```/.exec(page) ?? [];
  const { exports } = JSON.parse(await readFile(`${ROOT}widget/package.json`, "utf8")) as {
    exports: Record<string, unknown>;
  };
  const imported = [...vue.matchAll(/"@natter\/widget([^"]*)"/g)].map(([, entry]) => `.${entry}`);
  expect(imported).toEqual([".", "./vue"]);
  for (const entry of imported) expect(Object.keys(exports)).toContain(entry);
});
