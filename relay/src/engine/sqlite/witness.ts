import { closeSync, constants, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { syncFolder } from "./data-folder.ts";

/** How much a relay promises to keep. */
export type Durability = "full" | "relaxed";

/** The last place that was written, of any room. */
export interface LastPlace {
  room: number;
  epoch: string;
  seq: number;
}

/** What stands in the witness file. */
export interface Testimony {
  /** `open` while a relay uses the folder; it stays so when the relay is killed. */
  state: "open" | "closed";
  durability: Durability;
  /** The system's start that the relay ran under, where the system tells one. */
  boot?: string;
  /** True when nothing that was erased is left in the file. */
  compacted: boolean;
  last?: LastPlace;
}

/** Its size never changes, so that it is one block that is written over in place, also on a full disk. */
const SIZE = 512;

/**
 * A small file beside the database that tells, independently of it, how far the log was. The database alone
 * cannot know that its newest part is gone, or that it is an older copy of itself; a client that has seen more
 * than the log now holds would then be told wrong things under the old epoch. So every commit is noted here, and
 * when the file is opened the two are compared.
 *
 * It is not synced with each commit: a process that is killed loses nothing of it, and after a loss of power it
 * may say less than the database has, never more.
 */
export class Witness {
  readonly #file: number;
  #testimony: Testimony;

  /** Opens the file, or makes it, and writes down a first testimony. */
  constructor(path: string, testimony: Testimony) {
    this.#file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    this.#testimony = testimony;
    this.#write();
    fsyncSync(this.#file);
    syncFolder(dirname(path));
  }

  /** Notes a place that was stored. */
  note(last: LastPlace): void {
    this.#testimony = { ...this.#testimony, last };
    this.#tryWrite();
  }

  /** Notes whether something that was erased may still stand in the file. */
  noteCompacted(compacted: boolean): void {
    if (this.#testimony.compacted === compacted) return;
    this.#testimony = { ...this.#testimony, compacted };
    this.#tryWrite();
  }

  /** The relay is done with the folder, and everything is where it belongs. */
  close(): void {
    this.#testimony = { ...this.#testimony, state: "closed" };
    this.#tryWrite();
    closeSync(this.#file);
  }

  #tryWrite(): void {
    try {
      this.#write();
    } catch {
      // What was committed stays committed. A witness that lags behind says less, and nothing wrong.
    }
  }

  #write(): void {
    writeSync(this.#file, `${JSON.stringify(this.#testimony).padEnd(SIZE - 1)}\n`, 0);
  }
}

/** Reads what was witnessed, if anything was. */
export function readTestimony(path: string): Testimony | undefined {
  try {
    const read: unknown = JSON.parse(readFileSync(path, "utf8"));
    return typeof read === "object" && read !== null && "state" in read ? (read as Testimony) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Why a database cannot be taken for the one that was last written to here, as the end of a sentence; undefined
 * when it can.
 *
 * @param standing where a room of the database stands, by its number
 * @param boot the system's present start
 */
export function doubtOf(
  testimony: Testimony | undefined,
  standing: (room: number) => { epoch: string; seq: number } | undefined,
  boot: string | undefined,
): string | undefined {
  if (!testimony) return "it came without the witness file of its folder";
  const { last } = testimony;
  const found = last && standing(last.room);
  if (last && (found?.epoch !== last.epoch || found.seq < last.seq)) {
    return "it lacks what was stored last: a part of it is lost, or it is an older copy";
  }
  const wentDown = testimony.state === "open" && (boot === undefined || boot !== testimony.boot);
  if (testimony.durability === "relaxed" && wentDown) {
    return "the machine went down under a relay with relaxed durability, and what was stored last may be lost";
  }
  return undefined;
}

/** Names this start of the system, where the system does. */
export function systemBoot(): string | undefined {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return undefined;
  }
}
