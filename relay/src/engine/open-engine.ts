import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Log } from "../telemetry/log.ts";
import type { Engine } from "./engine.ts";
import { memoryEngine } from "./memory/memory-engine.ts";
import { connectRedis } from "./redis/connection.ts";
import { redisEngine } from "./redis/redis-engine.ts";
import type { Retention } from "./retention.ts";
import { sqliteEngine } from "./sqlite/sqlite-engine.ts";

/** The settings that choose an engine. */
export interface EngineConfig {
  memory: boolean;
  /** The URL of a Redis; empty for none. */
  redis: string;
  redisPrefix: string;
  data: string;
  durability: "full" | "relaxed";
  auditAge: number;
}

/** Opens the engine that the settings ask for. Rejects with a sentence when it cannot be had. */
export async function openEngine(
  { memory, redis: url, redisPrefix: prefix, data, durability, auditAge: auditAgeMs }: EngineConfig,
  retention: Retention,
  clock: Clock,
  log: Log,
): Promise<Engine> {
  if (url !== "") {
    const redis = await connectRedis({ url, prefix, clock }, log);
    const onFault = (error: unknown): void => log.warn({ err: error }, "Redis could not be followed.");
    return redisEngine({ redis, prefix, retention, relayId: randomUUID(), clock, auditAgeMs, onFault });
  }
  if (memory) return memoryEngine({ retention, auditAgeMs, clock });
  return sqliteEngine({ folder: data, retention, durability, auditAgeMs, clock, log });
}
