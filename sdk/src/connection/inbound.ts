import type { RelayPacket } from "../protocol/relay-packets.ts";

/** No honest frame is larger: a replay of 1,000 events at their largest, escaped. */
const MAX_LENGTH = 2 ** 26;

// An example of each thing that comes in, with the fields that the SDK relies on: a text for a text, a number
// for a number (on the wire none is below zero), a list of one for a list. A field with `?` may be missing.
const person = { id: "" };
const place = { seq: 0, id: "", by: person };
const message = { ...place, text: "" };
const event = { ...place, kind: "" };
const page = { messages: [message] };

const PACKETS: Record<string, object> = {
  welcome: { user: person, heartbeat: 0, limits: { frameBytes: 0 } },
  ok: { ref: 0 },
  error: { code: "", message: "", "retryAfter?": 0 },
  event,
  presence: { count: 0, "joined?": [person], "left?": [""] },
  typing: { user: person },
  signal: { by: person },
  reset: { ...page, epoch: "", seq: 0, settings: {}, "pins?": [0] },
  left: { code: "", message: "", "retryAfter?": 0 },
  read: { seq: 0 },
  goaway: { within: 0 },
};

const EVENTS: Record<string, object> = {
  message: { text: "" },
  edit: { target: 0, text: "" },
  delete: { target: 0 },
  reaction: { target: 0, emoji: "", count: 0 },
  pin: { target: 0 },
  settings: { settings: {} },
};

const STORED = { epoch: "", seq: 0, at: 0 };
const RESULTS: Record<string, object> = {
  token: {},
  leave: {},
  join: {
    epoch: "",
    seq: 0,
    count: 0,
    can: [""],
    settings: {},
    "pins?": [0],
    "muted?": {},
    "messages?": [message],
    "events?": [event],
    "members?": [person],
  },
  history: page,
  members: { members: [person], count: 0 },
  restrictions: { restrictions: [{ user: "" }] },
};

/**
 * Reads a frame; undefined for what is none. Never throws. The relay checks its packets against the schemas;
 * this looks only at what would break the client, so that the schemas need not be shipped to every page.
 */
export function readFrame(frame: unknown): readonly RelayPacket[] | undefined {
  if (typeof frame !== "string" || frame.length > MAX_LENGTH) return undefined;
  try {
    const json = JSON.parse(frame) as RelayPacket[];
    return isLike([{ type: "" }], json) && json.every(isPacket) ? json : undefined;
  } catch {
    return undefined;
  }
}

/** True when the `ok` of a request of the given type carries what the SDK relies on. */
export function isResult(type: string, result: object): boolean {
  return isLike(RESULTS[type] ?? STORED, result);
}

function isPacket(packet: RelayPacket): boolean {
  return isLike(exampleOf(PACKETS, packet.type), packet);
}

/** A word from outside must not find `constructor` and its like; of what is not known anything will do. */
function exampleOf(examples: Record<string, object>, name: string): object {
  return (Object.hasOwn(examples, name) ? examples[name] : undefined) ?? {};
}

function isLike(example: unknown, value: unknown): boolean {
  if (Array.isArray(example)) return Array.isArray(value) && value.every((item) => isLike(example[0], item));
  if (typeof value !== typeof example || value === null) return false;
  if (typeof example !== "object") return typeof value === "string" || (value as number) >= 0;
  const fields = value as Record<string, unknown>;
  const isWhole = Object.entries(example as object).every(([name, field]) => {
    const plain = name.replace("?", "");
    return (plain !== name && fields[plain] === undefined) || isLike(field, fields[plain]);
  });
  return isWhole && (example !== event || isLike(exampleOf(EVENTS, fields["kind"] as string), value));
}
