import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { openStore, type OpenedStore, type StoreSettings } from "../../src/engine/sqlite/open-store.ts";
import { ENDLESS } from "../contracts/harness.ts";

/** Data folders and stores of one test file; all are closed and removed after each test. */
export class DataFolders {
  readonly #folders: string[] = [];
  readonly #closers: (() => void)[] = [];

  constructor() {
    afterEach(() => {
      for (const close of this.#closers.splice(0).reverse()) close();
      for (const folder of this.#folders.splice(0)) rmSync(folder, { recursive: true, force: true });
    });
  }

  /** A new empty folder that the test may do anything with. */
  make(): string {
    const folder = mkdtempSync(join(tmpdir(), "natter-data-"));
    this.#folders.push(folder);
    return folder;
  }

  /** Has something done after the test. */
  defer(close: () => void): void {
    this.#closers.push(close);
  }

  /** Opens a store in a folder. */
  open(folder: string, settings: Partial<StoreSettings> = {}): OpenedStore & { close: () => void } {
    const opened = openStore({ folder, retention: ENDLESS, durability: "full", ...settings });
    let isOpen = true;
    const close = (): void => {
      if (isOpen) opened.store.close();
      isOpen = false;
    };
    this.defer(close);
    return { ...opened, close };
  }

  /** The files of a folder as they are at this moment: what a process that is killed now would leave. */
  killed(folder: string): string {
    const copy = this.make();
    // By another process, as below: closing a file in this one would drop the locks that the store holds on it.
    execFileSync("cp", ["-r", `${folder}/.`, copy]);
    return copy;
  }
}

/** How often a text stands in the files of a folder. */
export function occurrences(folder: string, text: string): number {
  const script = `cat "$0"/* | grep -a -o -F -e "$1" | wc -l`;
  return Number(execFileSync("sh", ["-c", script, folder, text], { encoding: "utf8" }));
}
