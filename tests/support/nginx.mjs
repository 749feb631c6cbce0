import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../../demo/setup.mjs";

const CACHE = fileURLToPath(new URL("../../node_modules/.cache/natter-nginx", import.meta.url));
const PLACES = [
  "/usr/sbin/nginx",
  "/usr/local/sbin/nginx",
  "/usr/local/bin/nginx",
  "/opt/homebrew/bin/nginx",
];

/**
 * The nginx of this machine, or the one that {@link fetchNginx} has unpacked. Undefined when there is none.
 *
 * @returns {string | undefined}
 */
export function findNginx() {
  const named = process.env["NATTER_NGINX"];
  if (named) return named;
  return [...PLACES, join(CACHE, "usr/sbin/nginx")].find((path) => existsSync(path));
}

/**
 * Brings Debian's own nginx, where apt is: downloaded and unpacked beside the packages of npm, and not installed,
 * for an installed one would start to serve. Without it its tests are skipped.
 */
export async function fetchNginx() {
  if (findNginx() !== undefined || !existsSync("/usr/bin/apt-get")) return;
  rmSync(CACHE, { recursive: true, force: true });
  mkdirSync(CACHE, { recursive: true });
  const options = { cwd: CACHE };
  const download = ["download", "--quiet", "nginx"];
  let { code } = await run("apt-get", download, options);
  if (code !== 0 && process.getuid?.() === 0) {
    await run("apt-get", ["update", "--quiet"], options);
    ({ code } = await run("apt-get", download, options));
  }
  const file = readdirSync(CACHE).find((name) => name.endsWith(".deb"));
  if (code === 0 && file !== undefined) await run("dpkg-deb", ["--extract", file, "."], options);
}
