import { randomBytes } from "node:crypto";
import type { Facts } from "./facts.ts";
import type { Reply, Step } from "./redis.ts";

/**
 * How long the witness is kept when no relay comes, in ms. Without it the next life has another name, which costs
 * a reset of every client, and nothing else.
 */
const WITNESS_MS = 400 * 24 * 60 * 60 * 1000;

/**
 * Notes the present run of the server, and gives the name of its life and how many runs have been seen.
 *
 * KEYS: the witness. ARGV: the run, a name for a new life, `1` when a restart loses nothing, how many runs the
 * relay has seen, how long to keep it.
 */
export const NOTE_LIFE: Step = {
  name: "note-life",
  lua: `
local noted = redis.call('HMGET', KEYS[1], 'run', 'life', 'runs', 'keeps')
local runs = tonumber(noted[3] or '0')
if noted[1] == ARGV[1] then
  if noted[4] ~= ARGV[3] then redis.call('HSET', KEYS[1], 'keeps', ARGV[3]) end
  if redis.call('PTTL', KEYS[1]) < ARGV[5] / 2 then redis.call('PEXPIRE', KEYS[1], ARGV[5]) end
  return { noted[2], runs }
end
local life = ARGV[2]
local seen = tonumber(ARGV[4])
if noted[1] and noted[4] == '1' and ARGV[3] == '1' and runs >= seen then life = noted[2] end
runs = math.max(runs, seen) + 1
redis.call('HSET', KEYS[1], 'run', ARGV[1], 'life', life, 'runs', runs, 'keeps', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return { life, runs }
`,
};

/** A life's name, and how many runs of the server its witness has seen. */
export interface Life {
  name: string;
  runs: number;
}

/** The words after the key of {@link NOTE_LIFE}. */
export function lifeArguments(facts: Facts, keeps: boolean, seen: number): string[] {
  const name = randomBytes(12).toString("base64url");
  return [facts.runId, name, keeps ? "1" : "0", String(seen), String(WITNESS_MS)];
}

/** Reads what {@link NOTE_LIFE} gives. */
export function readLife(reply: Reply): Life {
  const [name, runs] = Array.isArray(reply) ? reply : [];
  return { name: String(name), runs: Number(runs) };
}

/**
 * Whether a restart of this server loses nothing that it has acknowledged: it writes each command to its file and
 * syncs that before it answers, and it is no replica that was promoted, which may never have had the last writes
 * of the master before it.
 *
 * @param settings what it says about `appendfsync` and `no-appendfsync-on-rewrite`; undefined when it tells nobody
 */
export function keepsAll(facts: Facts, settings: ReadonlyMap<string, string> | undefined): boolean {
  return (
    facts.hasAof &&
    settings?.get("appendfsync") === "always" &&
    settings.get("no-appendfsync-on-rewrite") === "no" &&
    /^0+$/.test(facts.replicationBefore)
  );
}

/**
 * The name of a life where there is no witness, which is so in a Cluster: a key lives in one slot, and slots move
 * from master to master. Each run of a process is a life of its own then, and so is each time that it is promoted.
 */
export function ownLife(facts: Facts): string {
  return `${facts.runId}.${facts.replication}`;
}

/** Pairs of names and values, as `CONFIG GET` gives them. */
export function pairsOf(reply: Reply): Map<string, string> {
  const words = Array.isArray(reply) ? reply.map(String) : [];
  return new Map(words.flatMap((word, at) => (at % 2 === 0 ? [[word, words[at + 1] ?? ""] as const] : [])));
}
