import { afterEach, describe } from "vitest";
import type { Engine } from "../../src/engine/engine.ts";
import { memoryEngine } from "../../src/engine/memory/memory-engine.ts";
import { engineContract } from "../contracts/engine.contract.ts";

describe("the memory engine", () => {
  const opened: Engine[] = [];

  afterEach(async () => {
    for (const engine of opened.splice(0)) await engine.close();
  });

  engineContract((options) => {
    const engine = memoryEngine(options);
    opened.push(engine);
    return Promise.resolve(engine);
  });
});
