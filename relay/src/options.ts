import type { Role } from "@natter/sdk/protocol";
import { readRedisUrl } from "./engine/redis/redis-url.ts";
import { readTrustedProxies } from "./http/trusted-proxies.ts";

/** One setting: what it is called everywhere, what it may be, and what people are told about it. */
export interface Option<T> {
  /** What the value looks like in a help text; absent for a switch. */
  placeholder?: string | undefined;
  help: string;
  default: T;
  /** Reads the value from a command line or an environment variable. */
  parse: (text: string) => T;
  /** Why a value is wrong, as the end of "… must be"; undefined when it is right. */
  wrong: (value: unknown) => string | undefined;
  /** True when the value must never be printed. */
  isSecret?: boolean;
}

/** Thrown for a setting that is unknown or wrong; its message names the setting and says what it must be. */
export class OptionError extends Error {
  override readonly name = "OptionError";
}

function toggle(help: string, preset = false): Option<boolean> {
  return {
    help,
    default: preset,
    parse: (value) => {
      if (["", "1", "true", "on", "yes"].includes(value)) return true;
      if (["0", "false", "off", "no"].includes(value)) return false;
      throw new OptionError("on or off");
    },
    wrong: (value) => (typeof value === "boolean" ? undefined : "true or false"),
  };
}

function text(placeholder: string, help: string, preset = ""): Option<string> {
  return {
    placeholder,
    help,
    default: preset,
    parse: (value) => value,
    wrong: (value) => (typeof value === "string" ? undefined : "a text"),
  };
}

/** An app's id stands in storage keys and file names, so it is spelled with what is safe in both. */
function appId(help: string, preset: string): Option<string> {
  return {
    ...text("ID", help, preset),
    wrong: (value) =>
      typeof value === "string" && /^[A-Za-z0-9_-]{1,64}$/.test(value)
        ? undefined
        : "1 to 64 characters of A-Z a-z 0-9 _ -",
  };
}

function secret(help: string): Option<string> {
  return { ...text("TEXT", help), isSecret: true };
}

/** The URL of a Redis, which may hold its password. */
function redisUrl(help: string): Option<string> {
  return {
    ...text("URL", help),
    wrong: (value) => {
      const read = typeof value === "string" && value !== "" ? readRedisUrl(value) : "";
      return typeof read === "string" && value !== "" ? read || "a URL" : undefined;
    },
    isSecret: true,
  };
}

/** What keys begin with: braces would move them to slots of their own. */
function keyPrefix(help: string, preset: string): Option<string> {
  return {
    ...text("TEXT", help, preset),
    wrong: (value) =>
      typeof value === "string" && /^[A-Za-z0-9:._-]{1,64}$/.test(value)
        ? undefined
        : "1 to 64 characters of A-Z a-z 0-9 : . _ -",
  };
}

function list(placeholder: string, help: string): Option<readonly string[]> {
  return {
    placeholder,
    help,
    default: [],
    parse: (value) => value.split(",").flatMap((item) => item.trim() || []),
    wrong: (value) =>
      Array.isArray(value) && value.every((item) => typeof item === "string") ? undefined : "a list of texts",
  };
}

/** A list of proxies; a range that is none would trust somebody else, or nobody. */
function proxies(help: string): Option<readonly string[]> {
  const texts = list("LIST", help);
  return {
    ...texts,
    wrong: (value) =>
      texts.wrong(value) === undefined && typeof readTrustedProxies(value as string[]) !== "string"
        ? undefined
        : "a list of addresses and ranges such as 10.0.0.0/8 or fd00::/8, or loopback, or private",
  };
}

/** Origins are compared as they are, so one that no browser ever sends would allow nobody. */
function origins(help: string): Option<readonly string[]> {
  return {
    ...list("LIST", help),
    wrong: (value) => {
      const items: readonly unknown[] | undefined = Array.isArray(value) ? value : undefined;
      const odd = items?.find((item) => item !== "*" && !isOrigin(item));
      if (items && odd === undefined) return undefined;
      const meant = originIn(odd);
      const instead = meant === undefined ? "" : ` (write ${meant})`;
      return `a list of origins as browsers send them, such as https://example.org, with nothing after host and port${instead}; or * for all`;
    },
  };
}

/** The origin that an address was probably meant to name: browsers write hosts in ASCII, and leave usual ports out. */
function originIn(item: unknown): string | undefined {
  if (typeof item !== "string" || !/^https?:/i.test(item) || item.includes("*") || !URL.canParse(item))
    return undefined;
  return new URL(item).origin;
}

function isOrigin(item: unknown): boolean {
  if (typeof item !== "string" || !/^[a-z][a-z0-9+.-]*:\/\/[^/?#@*\s]+$/.test(item)) return false;
  // Apps in a web view have schemes of their own, of which URL knows no origin.
  return !/^https?:/.test(item) || (URL.canParse(item) && new URL(item).origin === item);
}

function whole(help: string, preset: number, min: number, max: number): Option<number> {
  const bounds = `a whole number from ${min} to ${max}`;
  const wrong = (value: unknown): string | undefined =>
    Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max ? undefined : bounds;
  return {
    placeholder: "N",
    help,
    default: preset,
    parse: (value) => (/^\d+$/.test(value) ? Number(value) : Number.NaN),
    wrong,
  };
}

function choice<const T extends string>(help: string, preset: T, choices: readonly T[]): Option<T> {
  const one = choices.join(", ");
  return {
    placeholder: choices.join("|"),
    help,
    default: preset,
    parse: (value) => value as T,
    wrong: (value) => (choices.includes(value as T) ? undefined : `one of ${one}`),
  };
}

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads a length of time such as `30s`, `1h` or `7d`, in ms; NaN when it is none. */
export function parseDuration(value: string): number {
  const found = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(value.trim());
  return found ? Number(found[1]) * (UNITS[found[2] ?? ""] ?? Number.NaN) : Number.NaN;
}

function duration(help: string, presetMs: number, minMs: number, maxMs: number): Option<number> {
  return {
    placeholder: "TIME",
    help,
    default: presetMs,
    parse: parseDuration,
    wrong: (value) =>
      typeof value === "number" && value >= minMs && value <= maxMs
        ? undefined
        : `a time such as 30s, 5m, 1h or 7d, from ${formatDuration(minMs)} to ${formatDuration(maxMs)}`,
  };
}

/** Writes a length of time the way {@link parseDuration} reads it. */
export function formatDuration(ms: number): string {
  const unit = Object.entries(UNITS)
    .reverse()
    .find(([, size]) => ms >= size && ms % size === 0);
  return unit ? `${ms / unit[1]}${unit[0]}` : `${ms}ms`;
}

const DAY = 86_400_000;

/**
 * Every setting of the relay. The command line (`--max-rooms 10`), the environment (`NATTER_MAX_ROOMS=10`), the
 * config file (`{"maxRooms": 10}`), `createRelay({ maxRooms: 10 })`, `--help` and docs/OPERATING.md all come
 * from this table.
 */
export const OPTIONS = {
  dev: toggle(
    "for trying it out: guests, pages on this machine, a demo page, a secret kept in the data folder",
  ),
  data: text("DIR", "the folder for everything that is kept", "./natter-data"),
  memory: toggle("keep rooms in memory only: everything is gone when the relay stops"),
  redis: redisUrl(
    "a Redis that many relays keep their rooms in together, in place of a data folder: redis://host:6379, rediss:// for TLS, redis+sentinel://host1,host2/master, redis+cluster://host1,host2 (with a password better as NATTER_REDIS)",
  ),
  redisPrefix: keyPrefix("what all keys in that Redis begin with", "natter:"),
  durability: choice(
    "what `ok` promises: stored messages survive loss of power too (full), or only a crash of the relay (relaxed, faster on slow disks)",
    "full",
    ["full", "relaxed"],
  ),
  config: text("FILE", "a JSON file with these settings, by their names in camelCase"),
  secret: secret(
    "the HS256 secret of the tokens, at least 32 bytes (better as NATTER_SECRET: command lines are public)",
  ),
  app: appId("the app's id; a token with an `aud` must name it", "default"),
  defaultRole: choice("what a token without `rooms` gives in every room", "member", [
    "none",
    "reader",
    "member",
    "moderator",
  ] satisfies (Role | "none")[]),
  guests: choice("whether people without a token may come in", "auto", ["auto", "on", "off"]),
  origins: origins("origins of the pages that may connect, such as https://example.org, separated by commas"),
  trustedProxies: proxies(
    "proxies whose word about a client's address is believed: addresses, ranges such as 10.0.0.0/8, loopback, private",
  ),
  forwardedHeader: choice("the header in which they say it; the other one is anybody's", "x-forwarded-for", [
    "x-forwarded-for",
    "forwarded",
  ]),
  site: text("DIR", "a folder with a web site to serve at /"),
  adminPage: choice(
    "whether the page /admin is served; auto: not on a server of an application's own, which may have one itself",
    "auto",
    ["auto", "on", "off"],
  ),
  logLevel: choice("how much is logged, as JSON lines", "info", ["debug", "info", "warn", "error", "silent"]),
  retentionCount: whole("events each room keeps at most", 1_000_000, 100, 1_000_000_000),
  retentionAge: duration("how long events are kept", 3650 * DAY, 60_000, 36_500 * DAY),
  auditAge: duration(
    "how long the audit is kept: who moderated, configured and administered what",
    365 * DAY,
    60_000,
    36_500 * DAY,
  ),
  replayEvents: whole(
    "events replayed to who comes back; further behind, they get the newest page",
    1000,
    0,
    100_000,
  ),
  maxConnections: whole("connections of one app", 100_000, 1, 10_000_000),
  connectionsPerAddress: whole(
    "connections from one address, or from one /64 of IPv6; this machine's own are not counted",
    1000,
    1,
    10_000_000,
  ),
  connectionsPerUser: whole("connections of one user", 100, 1, 1_000_000),
  maxRooms: whole("rooms one connection may join", 100, 1, 100_000),
  maxText: whole("characters in a message", 4000, 1, 16_000),
  maxData: whole("bytes of a message's `data`", 4096, 0, 32_768),
  maxFrame: whole("bytes in a frame", 65_536, 1024, 1_048_576),
  maxQueue: whole(
    "bytes that may wait for a slow connection before it goes on from the log",
    262_144,
    16_384,
    16_777_216,
  ),
  listedMembers: whole("members up to which a room lists them by name", 200, 0, 1000),
  packetsPerSecond: whole("packets a second from one connection, in the long run", 200, 1, 1_000_000),
  packetsBurst: whole("packets from one connection at once", 1000, 1, 1_000_000),
  postsPerSecond: whole(
    "messages, edits, reactions and all else that is stored, a second from one connection, in the long run",
    50,
    1,
    1_000_000,
  ),
  postsBurst: whole("the same at once", 500, 1, 1_000_000),
  bytesPerSecond: whole("bytes a second from one connection, in the long run", 262_144, 1024, 1_073_741_824),
  bytesBurst: whole("bytes from one connection at once", 4_194_304, 1024, 1_073_741_824),
  joinsPerSecond: whole("joins a second from one connection, in the long run", 20, 1, 1_000_000),
  joinsBurst: whole("joins from one connection at once", 300, 1, 1_000_000),
  historyPerSecond: whole(
    "pages of messages or members a second to one connection, in the long run",
    20,
    1,
    1_000_000,
  ),
  historyBurst: whole("pages to one connection at once", 200, 1, 1_000_000),
  userShare: whole(
    "how many connections' worth of all that one user may do a second, over all connections together",
    3,
    1,
    1000,
  ),
  guestsPerMinute: whole("guests a minute from one address, in the long run", 60, 1, 1_000_000),
  badTokensPerMinute: whole(
    "tokens that prove nothing, a minute from one address, past which who brings more is told to wait; good ones come in all the same",
    300,
    1,
    1_000_000,
  ),
  maxTokenLife: duration("the longest life a token may have", 30 * DAY, 60_000, 3650 * DAY),
  heartbeat: duration("silence after which a heartbeat is sent", 25_000, 100, 300_000),
  maxPause: duration(
    "how long a packet may wait for others at most, so that large and busy rooms send fewer, fuller frames; 0ms sends at once always",
    20,
    0,
    1000,
  ),
  presenceGrace: duration("how long who left may take to come back unnoticed", 5000, 0, 60_000),
  maxMemory: whole(
    "MiB of memory past which nobody new is let in; 0 is 85 % of what the container or the machine has",
    0,
    0,
    16_777_216,
  ),
  maxLoopDelay: duration("mean delay of the event loop past which nobody new is let in", 1000, 10, 60_000),
  metricsToken: secret("what /metrics asks for as `Authorization: Bearer`; open to all without it"),
  drain: duration("how long clients have to move on when the relay stops", 5000, 0, 600_000),
} satisfies Record<string, Option<unknown>>;

export type OptionName = keyof typeof OPTIONS;

/** The settings that are one value each, all of them, each as its option says. */
export type FlatConfig = { readonly [K in OptionName]: (typeof OPTIONS)[K]["default"] };

/**
 * The settings that each app may have for itself, and where in its record: beside its keys, in its `retention`, or
 * in its `limits`. What the relay says at the top of `retention` and `limits` holds for every app that says
 * nothing else.
 */
export const PER_APP = {
  origins: "app",
  defaultRole: "app",
  guests: "app",
  retentionCount: "retention",
  retentionAge: "retention",
  replayEvents: "limits",
  maxConnections: "limits",
  connectionsPerUser: "limits",
  maxRooms: "limits",
  maxText: "limits",
  maxData: "limits",
  listedMembers: "limits",
  packetsPerSecond: "limits",
  packetsBurst: "limits",
  postsPerSecond: "limits",
  postsBurst: "limits",
  bytesPerSecond: "limits",
  bytesBurst: "limits",
  joinsPerSecond: "limits",
  joinsBurst: "limits",
  historyPerSecond: "limits",
  historyBurst: "limits",
  userShare: "limits",
  maxQueue: "limits",
  guestsPerMinute: "limits",
  maxTokenLife: "limits",
  presenceGrace: "limits",
} as const satisfies Partial<Record<OptionName, "app" | "retention" | "limits">>;

/** The settings that a relay keeps until it is started again, whatever a reload says. */
export const FIXED: readonly OptionName[] = [
  "dev",
  "data",
  "memory",
  "redis",
  "redisPrefix",
  "durability",
  "auditAge",
  "config",
  "site",
  "adminPage",
  "trustedProxies",
  "forwardedHeader",
  "connectionsPerAddress",
  "badTokensPerMinute",
  "maxFrame",
  "heartbeat",
  "maxPause",
  "maxMemory",
  "maxLoopDelay",
  "metricsToken",
];
