import type { Clock } from "../clock.ts";
import type { Log } from "../telemetry/log.ts";
import type { Engine } from "./engine.ts";
import { memoryEngine } from "./memory/memory-engine.ts";
import type { Retention } from "./retention.ts";
import { sqliteEngine } from "./sqlite/sqlite-engine.ts";

/** The settings that choose an engine. */
export interface EngineConfig {
  memory: boolean;
  data: string;
  durability: "full" | "relaxed";
  auditAge: number;
}

/** Opens the engine that the settings ask for. Rejects with a sentence when it cannot be had. */
export async function openEngine(
  { memory, data, durability, auditAge: auditAgeMs }: EngineConfig,
  retention: Retention,
  clock: Clock,
  log: Log,
): Promise<Engine> {
  if (memory) return memoryEngine({ retention, auditAgeMs, clock });
  return sqliteEngine({ folder: data, retention, durability, auditAgeMs, clock, log });
}
