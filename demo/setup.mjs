// What `npm start` and `npm test` need before anything is installed: Node's built-ins and nothing else.
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";

/** The folder of the repository. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));

const TSC = "node_modules/typescript/bin/tsc";
const ROLLUP = "node_modules/rollup/dist/bin/rollup";
const CLI = "relay/dist/cli/main.js";
const BUNDLES = ["widget/dist/bundle/chat-room.js", "widget/dist/bundle/natter-sdk.js"];

/** Something the reader has to put right; the message says what, in one sentence. */
export class SetupError extends Error {}

/** Refuses a Node that is too old, before something else fails in words nobody understands. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new SetupError(`Natter needs Node 20.19 or newer; this is ${process.version}.`);
}

/** True when what package-lock.json asks for is not what is installed. */
export function needsInstall() {
  const hidden = join(ROOT, "node_modules/.package-lock.json");
  if (!existsSync(hidden)) return true;
  const installed = packagesOf(hidden);
  return Object.entries(packagesOf(join(ROOT, "package-lock.json"))).some(([path, wanted]) => {
    if (!path.startsWith("node_modules/")) return false;
    const found = installed[path];
    // Packages for other systems stand in the lock file as well.
    return found === undefined ? wanted.optional !== true : found.version !== wanted.version;
  });
}

/** Installs what package-lock.json asks for. */
export async function install() {
  const npm = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { code, output } = await runNpm(npm);
  if (code !== 0) throw new SetupError(`The packages could not be installed: ${reasonIn(output)}`);
}

/** Compiles what changed and bundles the widget if any of its inputs did. */
export async function build() {
  const compile = [TSC, "-b", "sdk", "relay", "widget"];
  let compiled = await run(process.execPath, compile);
  // tsc remembers errors that a change of its configuration has since cured.
  if (compiled.code !== 0) compiled = await run(process.execPath, [...compile, "--force"]);
  if (compiled.code !== 0) {
    throw new SetupError(`The build failed (\`npm run build\` tells all): ${reasonIn(compiled.output)}`);
  }
  if (!bundleIsStale()) return;
  const args = [join(ROOT, ROLLUP), "--config", "rollup.config.js", "--silent"];
  const bundled = await run(process.execPath, args, { cwd: join(ROOT, "widget") });
  if (bundled.code !== 0)
    throw new SetupError(`The widget could not be bundled: ${reasonIn(bundled.output)}`);
}

/** True when {@link build} will take more than a moment. */
export function needsBuild() {
  return [CLI, ...BUNDLES].some((file) => !existsSync(join(ROOT, file)));
}

/**
 * Runs a program and keeps what it says.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import("node:child_process").SpawnOptions} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"], ...options });
    let output = "";
    child.stdout?.on("data", (chunk) => (output += String(chunk)));
    child.stderr?.on("data", (chunk) => (output += String(chunk)));
    child.once("error", (error) => resolve({ code: 127, output: error.message }));
    child.once("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

/**
 * Runs npm: the one that runs us, where there is one.
 *
 * @param {string[]} args
 * @param {import("node:child_process").SpawnOptions} [options]
 */
export function runNpm(args, options) {
  const own = process.env["npm_execpath"];
  if (own !== undefined && /npm-cli\.c?js$/.test(own)) return run(process.execPath, [own, ...args], options);
  return run("npm", args, { shell: process.platform === "win32", ...options });
}

/** @param {unknown} error */
export function exitWith(error) {
  console.error(error instanceof SetupError ? error.message : error);
  process.exit(1);
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function packagesOf(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages;
}

function bundleIsStale() {
  const bundles = BUNDLES.map((file) => join(ROOT, file));
  if (!bundles.every((file) => existsSync(file))) return true;
  const built = Math.min(...bundles.map((file) => statSync(file).mtimeMs));
  const inputs = [...scripts("sdk/dist"), ...scripts("widget/dist"), join(ROOT, "widget/rollup.config.js")];
  return inputs.some((file) => !bundles.includes(file) && statSync(file).mtimeMs > built);
}

/** @param {string} folder */
function scripts(folder) {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".js"))
    .map((file) => join(ROOT, folder, file));
}

/**
 * The line of a tool's output that says what went wrong.
 *
 * @param {string} output
 */
function reasonIn(output) {
  const lines = output
    .split("\n")
    .map((line) => stripVTControlCharacters(line).trim())
    .filter((line) => line !== "" && !/^npm (warn|error code)/.test(line));
  const line = lines.find((one) => /error/i.test(one)) ?? lines[0] ?? "no reason was given";
  return line.replace(/^npm error\s*/, "");
}
