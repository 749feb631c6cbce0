import * as v from "valibot";
import { CLIENT_PACKETS, type ClientPacket, type ClientPacketType } from "./client-packets.ts";
import type { ErrorCode } from "./errors.ts";
import { RELAY_PACKETS, type RelayPacket, type RelayPacketType } from "./relay-packets.ts";
import { parseRoomName, type RoomName } from "./room-name.ts";

/** A packet that could not be understood, with all that its refusal needs. */
export interface BadPacket {
  ok: false;
  code: ErrorCode;
  message: string;
  type?: string;
  ref?: number;
  room?: RoomName;
}

/** One packet of a frame, understood or not. */
export type DecodedPacket<P> = { ok: true; packet: P } | BadPacket;

/** A frame's packets, or why it is no frame at all (close with 4400). */
export type DecodedFrame<P> = { ok: true; packets: DecodedPacket<P>[] } | { ok: false; message: string };

/** Reads what a client sent. Never throws; each bad packet is refused alone. */
export function decodeClientFrame(text: string): DecodedFrame<ClientPacket> {
  return decodeFrame(text, decodeClientPacket);
}

/** Reads what a relay sent. Never throws. */
export function decodeRelayFrame(text: string): DecodedFrame<RelayPacket> {
  return decodeFrame(text, decodeRelayPacket);
}

type Json = Record<string, unknown> & { type: string };

function decodeFrame<P>(text: string, decodePacket: (json: Json) => DecodedPacket<P>): DecodedFrame<P> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, message: "A frame must be a JSON array of packets; this one is no JSON." };
  }
  if (!Array.isArray(json)) return { ok: false, message: "A frame must be a JSON array of packets." };
  const packets: DecodedPacket<P>[] = [];
  for (const item of json as unknown[]) {
    if (!isPacket(item)) {
      return { ok: false, message: "A frame must hold packets: objects with a text in `type`." };
    }
    packets.push(decodePacket(item));
  }
  return { ok: true, packets };
}

function isPacket(item: unknown): item is Json {
  return (
    typeof item === "object" &&
    item !== null &&
    !Array.isArray(item) &&
    typeof (item as { type?: unknown }).type === "string"
  );
}

function decodeClientPacket(json: Json): DecodedPacket<ClientPacket> {
  if (!Object.hasOwn(CLIENT_PACKETS, json.type)) return unknownType(json, Object.keys(CLIENT_PACKETS));
  const result = v.safeParse(CLIENT_PACKETS[json.type as ClientPacketType], json, { abortEarly: true });
  if (!result.success) return invalid(json, result.issues[0]);
  const packet = result.output;
  if (!("room" in packet)) return { ok: true, packet };
  const name = parseRoomName(packet.room);
  if (!name.ok) return { ...context(json), ok: false, code: "bad-room", message: name.message };
  packet.room = name.room;
  return { ok: true, packet };
}

function decodeRelayPacket(json: Json): DecodedPacket<RelayPacket> {
  if (!Object.hasOwn(RELAY_PACKETS, json.type)) return unknownType(json, Object.keys(RELAY_PACKETS));
  const result = v.safeParse(RELAY_PACKETS[json.type as RelayPacketType], json, { abortEarly: true });
  return result.success ? { ok: true, packet: result.output } : invalid(json, result.issues[0]);
}

function unknownType(json: Json, known: string[]): BadPacket {
  return {
    ...context(json),
    ok: false,
    code: "unknown-type",
    message: `There is no packet of type ${quote(json.type)}. Known types: ${known.join(", ")}.`,
  };
}

function invalid(json: Json, issue: v.BaseIssue<unknown>): BadPacket {
  const path = v.getDotPath(issue) ?? "packet";
  const reason =
    issue.received === "undefined"
      ? "is missing"
      : issue.message.startsWith("must")
        ? issue.message
        : "is wrong";
  return {
    ...context(json),
    ok: false,
    code: "invalid",
    message: `In ${quote(json.type)}, \`${path}\` ${reason}.`,
  };
}

/** What a refusal can still say of a packet it could not read: which request, and about which room. */
function context(json: Json): Pick<BadPacket, "type" | "ref" | "room"> {
  const ref = json["ref"];
  const name = typeof json["room"] === "string" ? parseRoomName(json["room"]) : undefined;
  return {
    type: json.type,
    ...(typeof ref === "number" && Number.isFinite(ref) && { ref }),
    ...(name?.ok && { room: name.room }),
  };
}

/** A peer's word inside a sentence: short, and without anything that could break the line. */
function quote(word: string): string {
  return JSON.stringify(word.length > 40 ? `${word.slice(0, 40)}…` : word);
}
