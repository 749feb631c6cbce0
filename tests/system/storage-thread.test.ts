import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe } from "vitest";
import { engineContract } from "../../relay/test/contracts/engine.contract.ts";
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

  engineContract(async (options) => {
    const { sqliteEngine } = (await import(BUILT)) as typeof Sqlite;
    const folder = await mkdtemp(join(tmpdir(), "natter-engine-"));
    const engine = await sqliteEngine({ ...options, folder, durability: "full" });
    opened.push({ engine, folder });
    return engine;
  });
});
