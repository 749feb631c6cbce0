import type { Clock } from "../clock.ts";
import type { Log } from "../telemetry/log.ts";
import type { Engine } from "./engine.ts";
import { memoryEngine } from "./memory/memory-engine.ts";

/** The settings that choose an engine. */
export interface EngineConfig {
  memory: boolean;
  data: string;
  retentionCount: number;
  retentionAge: number;
}

/** Opens the engine that the settings ask for. */
export function openEngine(config: EngineConfig, clock: Clock, _log: Log): Promise<Engine> {
  const retention = { count: config.retentionCount, ageMs: config.retentionAge };
  return Promise.resolve(memoryEngine({ retention, clock }));
}
