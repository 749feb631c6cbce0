import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../../demo/setup.mjs";

const CACHE = fileURLToPath(new URL("../../node_modules/.cache/natter-redis", import.meta.url));
const PROGRAMS = join(CACHE, "usr/bin");
/** Sharded publish and subscribe came with it. */
const OLDEST_MAJOR = 7;

/** What whoever has none is told. */
export const NO_REDIS =
  "Redis 7 or newer is not on this machine: install redis-server (or valkey), or name one in NATTER_REDIS_SERVER.";

/** @typedef {{ program: string, env: Record<string, string> }} FoundRedis A server's program, and what it needs in its environment. */

/** @type {FoundRedis | null | undefined} */
let found;

/**
 * The Redis of this machine: the one that NATTER_REDIS_SERVER names, one on the PATH, or the one that
 * {@link fetchRedis} has unpacked. Undefined when there is none that is new enough.
 *
 * @returns {FoundRedis | undefined}
 */
export function findRedis() {
  found ??= candidates().find(isNewEnough) ?? null;
  return found ?? undefined;
}

/**
 * Brings Debian's own Redis, where apt is: downloaded with the libraries that are missing, and unpacked beside the
 * packages of npm. It is not installed, for an installed one would start to serve.
 */
export async function fetchRedis() {
  if (process.env["NATTER_REDIS_SERVER"] || findRedis() || !existsSync("/usr/bin/apt-get")) return;
  rmSync(CACHE, { recursive: true, force: true });
  const archives = join(CACHE, "archives");
  mkdirSync(join(archives, "partial"), { recursive: true });
  const download = ["install", "--download-only", "--no-install-recommends", "--yes", "--quiet"];
  // Whoever is not root may download, too; just the lock is not theirs.
  const settings = ["-o", `Dir::Cache::archives=${archives}`, "-o", "Debug::NoLocking=1"];
  let { code } = await run("apt-get", [...download, ...settings, "redis-tools"], { cwd: CACHE });
  if (code !== 0 && process.getuid?.() === 0) {
    await run("apt-get", ["update", "--quiet"], { cwd: CACHE });
    ({ code } = await run("apt-get", [...download, ...settings, "redis-tools"], { cwd: CACHE }));
  }
  const files = readdirSync(archives).filter((name) => name.endsWith(".deb"));
  for (const file of files) {
    await run("dpkg-deb", ["--extract", join(archives, file), CACHE], { cwd: CACHE });
  }
  rmSync(archives, { recursive: true, force: true });
  // One program under several names: which one it is called by decides what it does.
  const program = join(PROGRAMS, "redis-check-rdb");
  if (existsSync(program)) symlinkSync("redis-check-rdb", join(PROGRAMS, "redis-server"));
  found = undefined;
  if (!findRedis()) console.log(NO_REDIS);
}

/** @returns {FoundRedis[]} */
function candidates() {
  const named = process.env["NATTER_REDIS_SERVER"];
  if (named) return [{ program: named, env: {} }];
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/local/bin", "/opt/homebrew/bin"];
  const programs = folders.flatMap((folder) =>
    folder === "" ? [] : [join(folder, "redis-server"), join(folder, "valkey-server")],
  );
  const installed = programs
    .filter((program) => existsSync(program))
    .map((program) => ({ program, env: {} }));
  const unpacked = join(PROGRAMS, "redis-server");
  return existsSync(unpacked)
    ? [...installed, { program: unpacked, env: { LD_LIBRARY_PATH: libraries() } }]
    : installed;
}

/** Where the unpacked libraries are: in a folder named after the machine. */
function libraries() {
  const folder = join(CACHE, "usr/lib");
  if (!existsSync(folder)) return folder;
  const machine = readdirSync(folder).find((name) => name.includes("-linux-"));
  return machine === undefined ? folder : join(folder, machine);
}

/** @param {FoundRedis} redis */
function isNewEnough({ program, env }) {
  const { stdout } = spawnSync(program, ["--version"], { encoding: "utf8", env: { ...process.env, ...env } });
  return Number(/v=(\d+)/.exec(stdout ?? "")?.[1] ?? 0) >= OLDEST_MAJOR;
}
