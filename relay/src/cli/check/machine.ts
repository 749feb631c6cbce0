import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { totalmem } from "node:os";
import { fail, fine, warn, type Verdict } from "./verdict.ts";

/**
 * What a connection is reckoned to take, in bytes: its memory in the relay and the socket's in the system, with
 * room for rooms and for what a heap needs to breathe. docs/PERFORMANCE.md has what was measured.
 */
export const BYTES_PER_PERSON = 40 * 1024;

/** What a relay takes before anybody came, in bytes. */
export const BYTES_AT_START = 160 * 1024 * 1024;

/** File descriptors that a relay needs for itself. */
export const OWN_DESCRIPTORS = 64;

/** File descriptors that this process, and so a relay started in the same way, may have; undefined where nobody tells. */
export function descriptorLimit(): number | undefined {
  const text = limitsText();
  const found =
    /Max open files\s+(\d+|unlimited)/.exec(text)?.[1] ?? /^(\d+|unlimited)$/.exec(text.trim())?.[1];
  if (found === undefined) return undefined;
  return found === "unlimited" ? Infinity : Number(found);
}

function limitsText(): string {
  try {
    return readFileSync("/proc/self/limits", "utf8");
  } catch {
    return askShell();
  }
}

function askShell(): string {
  try {
    return execFileSync("/bin/sh", ["-c", "ulimit -n"], { encoding: "utf8", timeout: 2000 });
  } catch {
    return "";
  }
}

/** Bytes of memory that this process may have: those of its container, or of the machine. */
export function memoryLimit(): number {
  const constrained = process.constrainedMemory();
  // Without a limit some systems name an absurdly large one.
  return constrained > 0 && constrained < totalmem() ? constrained : totalmem();
}

/** Whether there are file descriptors for so many people. */
export function descriptorVerdict(people: number, limit: number | undefined): Verdict {
  const about = "file descriptors";
  if (limit === undefined)
    return warn(
      about,
      `This system does not tell its limit; ${people} people need ${people + OWN_DESCRIPTORS}.`,
    );
  if (limit >= people + OWN_DESCRIPTORS)
    return fine(about, `${limit === Infinity ? "No limit" : limit}, enough for ${people} people.`);
  return fail(
    about,
    `${limit} are allowed, and ${people} people need ${people + OWN_DESCRIPTORS}: raise \`ulimit -n\`, or LimitNOFILE in the systemd unit.`,
  );
}

/** Whether there is memory for so many people. */
export function memoryVerdict(people: number, limit: number): Verdict {
  const needed = BYTES_AT_START + people * BYTES_PER_PERSON;
  const text = `${mib(limit)} MiB are there, and ${people} people need about ${mib(needed)}`;
  if (needed <= limit * 0.7) return fine("memory", `${text}.`);
  return needed > limit
    ? fail("memory", `${text}: they do not fit.`)
    : warn("memory", `${text}: that leaves little for anything else.`);
}

/** Whether the machine's clock can be right: tokens are held against it. */
export function clockVerdict(now: number, builtAt: number): Verdict {
  const written = new Date(now).toISOString().slice(0, 19).replace("T", " ");
  if (now < builtAt - 86_400_000)
    return fail(
      "clock",
      `It says ${written} UTC, which is before this relay was made: no token would be good. Set it.`,
    );
  return fine("clock", `${written} UTC.`);
}

/** How far another machine's clock is from this one's, by the `Date` of its answer. */
export function skewVerdict(host: string, date: string | null, now: number): Verdict | undefined {
  const theirs = date === null ? Number.NaN : Date.parse(date);
  // The header has whole seconds, and the answer took a moment.
  if (!(Math.abs(theirs - now) > 12_000)) return undefined;
  const seconds = Math.round(Math.abs(theirs - now) / 1000);
  return warn(
    "clock",
    `${host} is ${seconds} seconds ${theirs > now ? "ahead" : "behind"}: tokens may seem to come from the future, or to have ended. Have both clocks kept by NTP.`,
  );
}

function mib(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}
