// `npm run bench`: installs what is missing here, builds the product if it was not, and measures.
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build, exitWith, install, needsBuild, needsInstall, requireNode, runNpm } from "../demo/setup.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));

const { values } = parseArgs({
  options: {
    scenario: { type: "string", default: "" },
    peers: { type: "string", default: "" },
    rounds: { type: "string" },
    quick: { type: "boolean", default: false },
    out: { type: "string", default: join(tmpdir(), "natter-bench.json") },
    plot: { type: "string" },
    profile: { type: "string" },
    doc: { type: "string" },
    from: { type: "string", default: "" },
  },
});

try {
  requireNode();
  if (needsInstall()) await install();
  if (!existsSync(join(HERE, "node_modules"))) {
    const { code, output } = await runNpm([
      "ci",
      "--prefix",
      HERE,
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
    ]);
    if (code !== 0) throw new Error(`The peers could not be installed: ${output}`);
  }
  if (needsBuild()) await build();
  const { main } = await import("./runner/main.mjs");
  const isRight = await main({
    scenarios: list(values.scenario),
    peers: list(values.peers),
    rounds: Number(values.rounds ?? (values.quick ? 1 : 3)),
    isQuick: values.quick,
    out: values.out,
    plotTo: values.plot,
    profileTo: values.profile,
    document: values.doc,
    from: list(values.from),
  });
  process.exit(isRight ? 0 : 1);
} catch (error) {
  exitWith(error);
}

/** @param {string} text */
function list(text) {
  return text.split(",").flatMap((item) => item.trim() || []);
}
