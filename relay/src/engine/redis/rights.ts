import type { Reply, Step } from "./redis.ts";

/**
 * Every command that is sent to a Redis, or called in a step there, each with words that make a sound command of it:
 * `K` stands for a key of ours, `C` for a channel. deploy/redis-users.acl allows these and no others.
 */
const IN_STEPS: Readonly<Record<string, readonly string[]>> = {
  DEL: ["K"],
  EXISTS: ["K"],
  EXPIRE: ["K", "1"],
  GET: ["K"],
  HDEL: ["K", "f"],
  HEXISTS: ["K", "f"],
  HGET: ["K", "f"],
  HGETALL: ["K"],
  HINCRBY: ["K", "f", "1"],
  HLEN: ["K"],
  HMGET: ["K", "f"],
  HRANDFIELD: ["K"],
  HSET: ["K", "f", "v"],
  HSETNX: ["K", "f", "v"],
  HVALS: ["K"],
  PEXPIRE: ["K", "1"],
  PTTL: ["K"],
  SADD: ["K", "m"],
  SCARD: ["K"],
  SET: ["K", "v"],
  SISMEMBER: ["K", "m"],
  SMEMBERS: ["K"],
  SPOP: ["K"],
  SPUBLISH: ["C", "p"],
  SREM: ["K", "m"],
  TIME: [],
  UNLINK: ["K"],
  XADD: ["K", "*", "f", "v"],
  XDEL: ["K", "0-1"],
  XRANGE: ["K", "-", "+"],
  XREVRANGE: ["K", "+", "-"],
  XTRIM: ["K", "MAXLEN", "1"],
  ZADD: ["K", "0", "m"],
  ZRANGE: ["K", "0", "1"],
  ZRANGEBYLEX: ["K", "-", "+"],
  ZREM: ["K", "m"],
  ZREMRANGEBYSCORE: ["K", "0", "1"],
  ZSCORE: ["K", "m"],
};

/** What is never called in a step. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  PING: [],
  INFO: [],
  EVAL: ["return 1", "1", "K"],
  EVALSHA: ["0000000000000000000000000000000000000000", "1", "K"],
  SSUBSCRIBE: ["C"],
  SUNSUBSCRIBE: ["C"],
};

/** What a relay does without where it may not: it then proves nothing of what a restart keeps. */
const IF_ALLOWED: Readonly<Record<string, readonly string[]>> = { "CONFIG|GET": ["appendfsync"] };

/** What is needed in a Cluster alone. */
const IN_CLUSTER: Readonly<Record<string, readonly string[]>> = { "CLUSTER|SLOTS": [], ASKING: [] };

/** The names of all commands, in the spelling of an ACL. */
export const COMMANDS: readonly string[] = [IN_STEPS, BESIDE, IF_ALLOWED, IN_CLUSTER]
  .flatMap((group) => Object.keys(group))
  .toSorted();

/** The same without what can be done without, and without what only a Cluster needs unless it is one. */
export function neededCommands(isCluster: boolean): [name: string, words: readonly string[]][] {
  return Object.entries({ ...IN_STEPS, ...BESIDE, ...(isCluster ? IN_CLUSTER : {}) });
}

/**
 * Tells which of some commands this user may not send. KEYS: a key of ours. ARGV: a channel, then each command
 * as a JSON list.
 */
export const LOOK_AT_RIGHTS: Step = {
  name: "look-at-rights",
  lua: `
local refused = {}
for at = 2, #ARGV do
  local words = cjson.decode(ARGV[at])
  for i = 1, #words do
    if words[i] == 'K' then words[i] = KEYS[1] elseif words[i] == 'C' then words[i] = ARGV[1] end
  end
  local known, allowed = pcall(redis.acl_check_cmd, unpack(words))
  if not known or not allowed then refused[#refused + 1] = words[1] end
end
return refused
`,
};

/** The words after the key of {@link LOOK_AT_RIGHTS}. */
export function rightsArguments(channel: string, isCluster: boolean): string[] {
  const commands = neededCommands(isCluster).map(([name, words]) =>
    JSON.stringify([...name.split("|"), ...words]),
  );
  return [channel, ...commands];
}

/** The names that {@link LOOK_AT_RIGHTS} gives. */
export function readRefused(reply: Reply): string[] {
  return Array.isArray(reply) ? reply.map(String) : [];
}
