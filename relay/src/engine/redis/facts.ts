import { Unfit } from "./faults.ts";
import type { Reply } from "./redis.ts";

/** The oldest Redis that has all that is used: sharded publish and subscribe came with it. */
export const OLDEST_MAJOR = 7;

/** What a server says of itself. */
export interface Facts {
  /** As Redis counts it; a Valkey names the Redis that it stands for. */
  version: string;
  /** Names this run of the server's process. */
  runId: string;
  /** `master`, `slave` or, of a sentinel, `sentinel`. */
  role: string;
  /** Names the history of its data; a replica that is promoted begins another. */
  replication: string;
  /** The history that this one went on from, where it was promoted; else zeros. */
  replicationBefore: string;
  replicas: number;
  isLoading: boolean;
  isCluster: boolean;
  /** Whether it writes down every command before anything else is known of it. */
  hasAof: boolean;
}

/** Asks a server who it is and how it stands. */
export async function readFacts(ask: (words: string[]) => Promise<Reply>): Promise<Facts> {
  // Several sections in one question are understood only by those that are new enough.
  const sections = ["server", "replication", "persistence", "cluster"].map((name) => ask(["INFO", name]));
  const said = infoOf((await Promise.all(sections)).join("\r\n"));
  return {
    version: said.get("redis_version") ?? "",
    runId: said.get("run_id") ?? "",
    role: said.get("redis_mode") === "sentinel" ? "sentinel" : (said.get("role") ?? ""),
    replication: said.get("master_replid") ?? "",
    replicationBefore: said.get("master_replid2") ?? "",
    replicas: Number(said.get("connected_slaves") ?? 0),
    isLoading: said.get("loading") === "1",
    isCluster: said.get("cluster_enabled") === "1",
    hasAof: said.get("aof_enabled") === "1",
  };
}

/** The lines of an answer to `INFO`, by their names. */
export function infoOf(text: string): Map<string, string> {
  const lines = text.split(/\r?\n/).filter((line) => !line.startsWith("#") && line.includes(":"));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]));
}

/**
 * Looks whether a server is one that rooms can be stored in.
 *
 * @throws Unfit with what is to be done when it is not
 */
export function requireFit(facts: Facts, where: string, isCluster: boolean): void {
  if (facts.role === "sentinel")
    throw new Unfit(`${where} is a sentinel: write redis+sentinel://${where}/name-of-the-master.`);
  if (Number.parseInt(facts.version, 10) < OLDEST_MAJOR)
    throw new Unfit(`${where} is Redis ${facts.version}: ${OLDEST_MAJOR}.0 or newer is needed, or Valkey.`);
  if (facts.isCluster && !isCluster)
    throw new Unfit(`${where} is a node of a Redis Cluster: write redis+cluster://${where}.`);
  if (!facts.isCluster && isCluster)
    throw new Unfit(`${where} is no node of a Redis Cluster: write redis://${where}.`);
  if (facts.isLoading) throw new Unfit(`${where} is still reading its files.`, { isLasting: false });
  if (facts.role !== "master")
    throw new Unfit(`${where} is a replica: the relay needs the master.`, {
      isLasting: false,
      isElsewhere: true,
    });
}
