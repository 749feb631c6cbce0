import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe } from "vitest";
import type { Engine } from "../../src/engine/engine.ts";
import { sqliteEngine } from "../../src/engine/sqlite/sqlite-engine.ts";
import { engineContract } from "../contracts/engine.contract.ts";

describe("the SQLite engine", () => {
  const opened: { engine: Engine; folder: string }[] = [];

  afterEach(async () => {
    for (const { engine, folder } of opened.splice(0)) {
      await engine.close();
      await rm(folder, { recursive: true });
    }
  });

  engineContract(async (options) => {
    const folder = await mkdtemp(join(tmpdir(), "natter-engine-"));
    const engine = await sqliteEngine({ ...options, folder, durability: "full" });
    opened.push({ engine, folder });
    return engine;
  });
});
