import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { engineContract } from "../../relay/test/contracts/engine.contract.ts";
import { ENDLESS, says, type MakeEngine } from "../../relay/test/contracts/harness.ts";
import { FakeClock } from "../../relay/test/doubles/fake-clock.ts";
import type { Engine } from "../../relay/src/engine/engine.ts";
import type * as Sqlite from "../../relay/src/engine/sqlite/sqlite-engine.ts";

// As it is shipped: built, with the store in a thread of its own.
const BUILT = fileURLToPath(new URL("../../relay/dist/engine/sqlite/sqlite-engine.js", import.meta.url));

describe("the SQLite engine as built, in its own thread", () => {
  const opened: { engine: Engine; folder: string }[] = [];

  afterEach(async () => {
    for (const { engine, folder } of opened.splice(0)) {
      await engine.close();
      await rm(folder, { recursive: true });
    }
  });

  async function open(options: Parameters<MakeEngine>[0]): Promise<{ engine: Engine; folder: string }> {
    const { sqliteEngine } = (await import(BUILT)) as typeof Sqlite;
    const folder = await mkdtemp(join(tmpdir(), "natter-engine-"));
    const engine = await sqliteEngine({ ...options, folder, durability: "full" });
    opened.push({ engine, folder });
    return { engine, folder };
  }

  engineContract(async (options) => (await open(options)).engine);

  test("a folder can be removed, or put to another use, once its engine is closed", async () => {
    const { engine, folder } = await open({ clock: new FakeClock(), retention: ENDLESS });
    await engine.log.append([says("hello")]);
    const held = (): string[] =>
      readdirSync("/proc/self/fd").flatMap((fd) => {
        const path = `/proc/self/fd/${fd}`;
        // The one that reads this list is gone already.
        return existsSync(path) && readlinkSync(path).startsWith(folder) ? readlinkSync(path) : [];
      });
    if (existsSync("/proc/self/fd")) expect(held()).not.toEqual([]);
    await engine.close();
    if (existsSync("/proc/self/fd")) expect(held()).toEqual([]);
    await engine.close();
    await expect(engine.log.append([says("too late")])).rejects.toThrow("The storage thread has ended.");
  });
});
