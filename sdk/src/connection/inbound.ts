import type { RelayPacket } from "../protocol/relay-packets.ts";
import { holds, list, maybe, number, record, text, type Check } from "./shape.ts";

/** A packet as it came: its `type` is a text, and the fields that the SDK relies on are what they should be. */
export type InboundPacket = RelayPacket;

/** What a relay sent, or why it is no frame of a relay's. */
export type Inbound = { ok: true; packets: readonly InboundPacket[] } | { ok: false; message: string };

/** No honest frame is larger: a replay of 1,000 events at their largest, escaped. */
const MAX_LENGTH = 64 * 1024 * 1024;

/**
 * Reads a frame. Never throws. The relay checks its packets against the schemas; this looks only at what would
 * break the client, so that the schemas need not be shipped to every page.
 */
export function readFrame(frame: unknown): Inbound {
  const json = parse(frame);
  if (!Array.isArray(json)) return refuse("The relay sent something that is no JSON array of packets.");
  for (const item of json as unknown[]) {
    if (!isPacket(item)) return refuse("The relay sent something that is no packet.");
    if (!lookup(CHECKS, item.type)(item)) return refuse(`The relay sent a malformed packet (${item.type}).`);
  }
  return { ok: true, packets: json as InboundPacket[] };
}

/** True when the `ok` of a request of the given type carries what the SDK relies on. */
export function isResult(type: string, result: object): boolean {
  return lookup(RESULTS, type)(result);
}

function parse(frame: unknown): unknown {
  if (typeof frame !== "string" || frame.length > MAX_LENGTH) return undefined;
  try {
    return JSON.parse(frame);
  } catch {
    return undefined;
  }
}

/** A name that comes from outside must not find `constructor` and its like. */
function lookup(checks: Record<string, Check>, name: string): Check {
  return (Object.hasOwn(checks, name) && checks[name]) || record;
}

const isPacket = holds({ type: text }) as (value: unknown) => value is { type: string };

function refuse(message: string): Inbound {
  return { ok: false, message };
}

const person = holds({ id: text, name: text });
const place = { seq: number, at: number, id: text, by: person };
const message = holds({ ...place, text, reactions: maybe(record) });
const target = { target: number };

const KINDS: Record<string, Check> = {
  message: holds({ text }),
  edit: holds({ ...target, text }),
  delete: holds(target),
  reaction: holds({ ...target, emoji: text, count: number }),
  pin: holds(target),
  settings: holds({ settings: record }),
};

// An event of a kind that this version does not know still moves the room's position.
const event: Check = (value) =>
  holds({ ...place, kind: text })(value) && lookup(KINDS, (value as { kind: string }).kind)(value);

const page = { messages: list(message) };
const room = { room: text };

const CHECKS: Record<string, Check> = {
  welcome: holds({ user: person, heartbeat: number, limits: holds({ frameBytes: number }) }),
  ok: holds({ ref: number }),
  error: holds({ code: text, message: text, ref: maybe(number), retryAfter: maybe(number) }),
  event: (value) => holds(room)(value) && event(value),
  presence: holds({ ...room, count: number, joined: maybe(list(person)), left: maybe(list(text)) }),
  typing: holds({ ...room, user: person }),
  signal: holds({ ...room, name: text, by: person }),
  reset: holds({ ...room, ...page, epoch: text, seq: number }),
  left: holds({ ...room, code: text, message: text }),
  read: holds({ ...room, seq: number }),
  goaway: holds({ within: number }),
};

const stored = holds({ epoch: text, seq: number, at: number });

const RESULTS: Record<string, Check> = {
  join: holds({
    epoch: text,
    seq: number,
    count: number,
    can: list(text),
    settings: record,
    events: maybe(list(event)),
    messages: maybe(list(message)),
    members: maybe(list(person)),
    read: maybe(number),
  }),
  history: holds(page),
  members: holds({ members: list(person), count: number }),
  post: stored,
  edit: stored,
  delete: stored,
  react: stored,
  pin: stored,
  moderate: stored,
  configure: stored,
};
