// `npm start`: from a fresh clone to a running relay with the demo site, whatever is missing on the way.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build, exitWith, install, needsBuild, needsInstall, requireNode, ROOT } from "./setup.mjs";

const SITE = fileURLToPath(new URL(".", import.meta.url));
const CLI = join(ROOT, "relay/dist/cli/main.js");
// npm passes on a signal that the terminal has already sent; the relay takes a second one for impatience.
const SAME_SIGNAL_MS = 500;
// The level from which pino calls an entry a warning.
const WARNING = 40;

try {
  requireNode();
  const missing = needsInstall();
  console.log(firstLine(missing));
  if (missing) await install();
  await build();
  serve();
} catch (error) {
  exitWith(error);
}

/** @param {boolean} missing */
function firstLine(missing) {
  if (missing) return "Natter: installing its packages and building it, which takes a minute, then starting.";
  if (needsBuild()) return "Natter: building, then starting the relay with the demo site.";
  return "Natter: starting the relay with the demo site.";
}

function serve() {
  // In a group of its own, so that Ctrl+C reaches the relay once, through us.
  const relay = spawn(process.execPath, [CLI, ...process.argv.slice(2), "--dev", "--site", SITE], {
    stdio: ["ignore", "pipe", "inherit"],
    detached: process.platform !== "win32",
  });
  announce(relay.stdout);
  forwardSignals(relay);
  relay.once("error", exitWith);
  relay.once("exit", (code, signal) => {
    process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
  });
}

/**
 * Says for a person where the relay listens; of what it logs after that, only what is wrong.
 *
 * @param {import("node:stream").Readable} output
 */
function announce(output) {
  let listening = false;
  createInterface({ input: output }).on("line", (line) => {
    if (line.startsWith("{")) return complain(line);
    const found = /http:\/\/(\[[^\]]*\]|[^\s:/]+):(\d+)/.exec(line);
    if (listening || found === null) return;
    listening = true;
    const [, host = "", port = ""] = found;
    const everywhere = host === "0.0.0.0" || host === "[::]";
    console.log(`Open http://${everywhere ? "127.0.0.1" : host}:${port} in a browser.`);
    console.log("Stop it with Ctrl+C.");
  });
}

/** @param {string} line one entry of the relay's log, in JSON */
function complain(line) {
  try {
    const { level, msg, err } = JSON.parse(line);
    if (level >= WARNING) console.error(err === undefined ? msg : `${msg}: ${err.message}`);
  } catch {
    console.error(line);
  }
}

/** @param {import("node:child_process").ChildProcess} relay */
function forwardSignals(relay) {
  let last = 0;
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    const now = Date.now();
    if (now - last > SAME_SIGNAL_MS) relay.kill(signal);
    last = now;
  };
  process.on("SIGINT", forward);
  process.on("SIGTERM", forward);
  // To a relay SIGHUP says "read your configuration again"; here it says that the terminal is gone.
  process.on("SIGHUP", () => forward("SIGTERM"));
}
