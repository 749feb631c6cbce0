import type { Clock } from "../../clock.ts";
import type { Audit, AuditEntry, AuditRecord } from "../engine.ts";
import type { Keys } from "./keys.ts";
import type { Redis, Step } from "./redis.ts";

/** No key stays for good, whatever the age that was asked for. */
const LONGEST_MS = 3650 * 86_400_000;

/** Old entries looked at with each new one: more than come, so that none gather. */
const LOOKED_AT = 20;

/**
 * KEYS: a stream, whose ids count from 1. ARGV: ms to keep it, the oldest time that is kept, then of each record its
 * time and JSON. The newest is never trimmed, so the ids go on growing as long as there is a stream.
 */
const RECORD: Step = {
  name: "audit-record",
  lua: `
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local id = newest and tonumber(newest[1]:match('^%d+')) or 0
for at = 3, #ARGV, 2 do
  id = id + 1
  redis.call('XADD', KEYS[1], string.format('%.0f-0', id), 'at', ARGV[at], 'record', ARGV[at + 1])
end
local keep
for _, entry in ipairs(redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', ${LOOKED_AT})) do
  if tonumber(entry[2][2]) >= tonumber(ARGV[2]) then break end
  keep = tonumber(entry[1]:match('^%d+')) + 1
end
if keep and keep <= id then redis.call('XTRIM', KEYS[1], 'MINID', string.format('%.0f-0', keep)) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return redis.status_reply('OK')
`,
};

/** The audit in Redis: a stream an app. It holds no text that would have to be erased. */
export class RedisAudit implements Audit {
  readonly #redis: Redis;
  readonly #keys: Keys;
  readonly #clock: Clock;
  readonly #keptMs: number;

  /** @param parts.auditAgeMs how long entries are kept */
  constructor(parts: { redis: Redis; keys: Keys; clock: Clock; auditAgeMs: number }) {
    this.#redis = parts.redis;
    this.#keys = parts.keys;
    this.#clock = parts.clock;
    this.#keptMs = Math.min(parts.auditAgeMs, LONGEST_MS);
  }

  record(app: string, record: AuditRecord): Promise<void> {
    return this.recordAll(app, [record]);
  }

  /** Adds records in their order, in one step. */
  async recordAll(app: string, records: readonly AuditRecord[]): Promise<void> {
    if (records.length === 0) return;
    const now = this.#clock.now();
    const args = records.flatMap((record) => [now, JSON.stringify(record)]);
    await this.#redis.run(RECORD, [this.#keyOf(app)], [this.#keptMs, now - this.#keptMs, ...args]);
  }

  async page(app: string, limit: number, before = Infinity): Promise<AuditEntry[]> {
    if (limit <= 0 || before <= 1) return [];
    const key = this.#keyOf(app);
    const from = before <= Number.MAX_SAFE_INTEGER ? before - 1 : "+";
    const reply = await this.#redis.command(key, "XREVRANGE", key, from, "-", "COUNT", limit);
    const oldest = this.#clock.now() - this.#keptMs;
    return (reply as [string, string[]][]).map(entryOf).filter(({ at }) => at >= oldest);
  }

  #keyOf(app: string): string {
    return this.#keys.app(app, "audit");
  }
}

function entryOf([id, [, at, , record = "{}"]]: [string, string[]]): AuditEntry {
  return { id: Number.parseInt(id, 10), at: Number(at), ...(JSON.parse(record) as AuditRecord) };
}
