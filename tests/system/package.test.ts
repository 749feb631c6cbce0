import { execFile } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const run = promisify(execFile);

/** What the packages need of others, taken from here, because a test asks no registry. */
const NEEDED = [
  "lit",
  "lit-html",
  "lit-element",
  "@lit/reactive-element",
  "@lit-labs/ssr-dom-shim",
  "@types/trusted-types",
  "valibot",
  "react",
];

interface Packed {
  name: string;
  filename: string;
  files: { path: string; size: number }[];
}

/** The keys of `exports`; a condition is looked for in order, and none of these needs more than `default`. */
interface Manifest {
  version: string;
  exports: Record<string, string | { types: string; default: string }>;
  customElements?: string;
}

let folder = "";
let packed: Packed[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "natter-package-"));
  const folders = ["sdk", "widget", ...NEEDED.map((name) => join("node_modules", name))];
  const { stdout } = await npm(
    ROOT,
    "pack",
    "--json",
    "--pack-destination",
    folder,
    ...folders.map((path) => `./${path}`),
  );
  packed = JSON.parse(stdout) as Packed[];
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const tarballs = (await readdir(folder)).filter((file) => file.endsWith(".tgz")).map((file) => `./${file}`);
  await npm(folder, "install", "--offline", "--no-audit", "--no-fund", ...tarballs);
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(["sdk", "widget"])("@natter/%s, packed and installed", (name) => {
  const contents = (): Packed["files"] => packed.find((each) => each.name === `@natter/${name}`)?.files ?? [];
  const manifest = async (): Promise<Manifest> =>
    JSON.parse(await readFile(join(folder, `node_modules/@natter/${name}/package.json`), "utf8")) as Manifest;

  test("holds what is needed, and nothing of how it is made", () => {
    const paths = contents().map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(["package.json", "LICENSE", "dist/index.js", "dist/index.d.ts"]),
    );
    expect(
      paths.filter((path) => /(^|\/)test\/|tsbuildinfo|rollup|^bundle\/|^manifest\//.test(path)),
    ).toEqual([]);
  });

  test("offers every entry that it lists, with types", async () => {
    const paths = new Set(contents().map(({ path }) => `./${path}`));
    const { exports } = await manifest();
    for (const targets of Object.values(exports)) {
      for (const target of typeof targets === "string" ? [targets] : [targets.types, targets.default]) {
        const found = [...paths].filter((path) => fits(path, target));
        expect(found, target).not.toEqual([]);
      }
    }
  });

  test("can be imported in Node, entry by entry, and does nothing there", async () => {
    const { exports } = await manifest();
    const entries = Object.entries(exports).filter(([, targets]) => typeof targets !== "string");
    const specifiers = entries.flatMap(([entry]) =>
      entry.includes("*") ? [entry.replace("*", "ko")] : [entry],
    );
    const code = specifiers.map((entry) => `await import("@natter/${name}${entry.slice(1)}");`).join("\n");
    await writeFile(join(folder, "all.mjs"), `${code}\nconsole.log("done");\n`);
    const { stdout, stderr } = await run(process.execPath, ["all.mjs"], { cwd: folder });
    expect(stdout.trim()).toBe("done");
    expect(stderr).toBe("");
  });
});

test("the SDK's client is one small file, whose map leads back to the sources", async () => {
  const dist = join(folder, "node_modules/@natter/sdk/dist");
  const client = await readFile(join(dist, "client.js"), "utf8");
  expect(client).toContain("//# sourceMappingURL=client.js.map");
  const map = JSON.parse(await readFile(join(dist, "client.js.map"), "utf8")) as { sources: string[] };
  expect(map.sources).toContain("../src/chat.ts");
});

test("an error is of the same class, whichever entry throws it", async () => {
  await writeFile(
    join(folder, "same.mjs"),
    `import { ChatError, connect } from "@natter/sdk";
     import { mintToken } from "@natter/sdk/server";
     const calls = [() => connect({ relay: "nowhere" }), () => mintToken({ sub: "" }, "")];
     for (const call of calls) {
       try { await call(); } catch (error) { console.log(error instanceof ChatError); }
     }`,
  );
  const { stdout } = await run(process.execPath, ["same.mjs"], { cwd: folder });
  expect(stdout.trim()).toBe("true\ntrue");
});

test("the element's manifest is where catalogues look for it", async () => {
  const widget = join(folder, "node_modules/@natter/widget");
  const { customElements = "" } = JSON.parse(
    await readFile(join(widget, "package.json"), "utf8"),
  ) as Manifest;
  const { modules } = JSON.parse(await readFile(join(widget, customElements), "utf8")) as {
    modules: { path: string }[];
  };
  expect(modules.map(({ path }) => path)).toContain("dist/chat-room.js");
});

/** True for a file that a target names, `*` standing for anything. */
function fits(path: string, target: string): boolean {
  const [start = "", end] = target.split("*");
  return end === undefined ? path === target : path.startsWith(start) && path.endsWith(end);
}

function npm(cwd: string, ...args: string[]): Promise<{ stdout: string }> {
  return run("npm", [...args, "--ignore-scripts", "--loglevel=error"], { cwd, maxBuffer: 2 ** 26 });
}
