import type { RelayPacket } from "../protocol/relay-packets.ts";

type Fields = Record<string, unknown>;
type Check = (value: unknown) => boolean;

/** No honest frame is larger: a replay of 1,000 events at their largest, escaped. */
const MAX_LENGTH = 2 ** 26;

/** What a field must be, wherever on the wire it stands. */
const KINDS: Record<string, Check> = {};
/** The fields that something must have for the SDK to work with it. */
const PACKETS: Record<string, string> = {
  welcome: "user heartbeat limits",
  ok: "ref",
  error: "code message",
  event: "room kind seq at id by",
  presence: "room count",
  typing: "room user",
  signal: "room name by",
  reset: "room epoch seq messages",
  left: "room code message",
  read: "room seq",
  goaway: "within",
};
const EVENTS: Record<string, string> = {
  message: "text",
  edit: "target text",
  delete: "target",
  reaction: "target emoji count",
  pin: "target",
  settings: "settings",
};
const RESULTS: Record<string, string> = {
  token: "",
  leave: "",
  join: "epoch seq count can settings",
  history: "messages",
  members: "members count",
};
const STORED = "epoch seq at";

kinds("type room id name text code message epoch kind emoji", (value) => typeof value === "string");
// Every number on the wire is a place, a time, a length or a count.
kinds("seq at ref count heartbeat within target retryAfter frameBytes", (value) => {
  return Number.isFinite(value) && (value as number) >= 0;
});
kinds("can left", Array.isArray);
kinds("settings reactions", isRecord);
kinds("by", (value) => has(value, "id name"));
// In a moderation event this is only an id.
kinds("user", (value) => typeof value === "string" || has(value, "id name"));
kinds("limits", (value) => has(value, "frameBytes"));
kinds("joined members", (value) => isList(value, (item) => has(item, "id name")));
kinds("messages", (value) => isList(value, (item) => has(item, "seq at id by text")));
kinds("events", (value) => isList(value, isEvent));

/**
 * Reads a frame; undefined for what is none. Never throws. The relay checks its packets against the schemas;
 * this looks only at what would break the client, so that the schemas need not be shipped to every page.
 */
export function readFrame(frame: unknown): readonly RelayPacket[] | undefined {
  if (typeof frame !== "string" || frame.length > MAX_LENGTH) return undefined;
  try {
    const json = JSON.parse(frame) as unknown;
    return isList(json, isPacket) ? (json as RelayPacket[]) : undefined;
  } catch {
    return undefined;
  }
}

/** True when the `ok` of a request of the given type carries what the SDK relies on. */
export function isResult(type: string, result: object): boolean {
  return has(result, RESULTS[type] ?? STORED);
}

function isPacket(value: unknown): boolean {
  if (!has(value, "type")) return false;
  const { type } = value as { type: string };
  return has(value, neededBy(PACKETS, type)) && (type !== "event" || isEvent(value));
}

// An event of a kind that this version does not know still moves the room's place.
function isEvent(value: unknown): boolean {
  return has(value, "kind seq at id by") && has(value, neededBy(EVENTS, (value as { kind: string }).kind));
}

/** A word from outside must not find `constructor` and its like. */
function neededBy(table: Record<string, string>, name: string): string {
  return (Object.hasOwn(table, name) && table[name]) || "";
}

function has(value: unknown, needed: string): boolean {
  return (
    isRecord(value) &&
    (needed === "" || needed.split(" ").every((name) => value[name] !== undefined)) &&
    Object.keys(KINDS).every((name) => value[name] === undefined || KINDS[name]?.(value[name]))
  );
}

function kinds(names: string, check: Check): void {
  for (const name of names.split(" ")) KINDS[name] = check;
}

function isList(value: unknown, check: Check): boolean {
  return Array.isArray(value) && value.every(check);
}

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
