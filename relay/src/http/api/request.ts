import { parseRoomName, userId, type Fields, type HttpOperation, type RoomName } from "@natter/sdk/protocol";
import * as v from "valibot";
import type { HttpRefusal } from "./refuse.ts";

/** Something of a request that was read, or why it cannot be. */
export type Read<T> = { ok: true; value: T } | ({ ok: false } & HttpRefusal);

/** The parts of an address that vary, decoded and checked. */
export interface PathValues {
  room?: RoomName;
  seq?: number;
  user?: string;
  token?: string;
}

/** Reads what stands in an address. */
export function readPath(raw: Readonly<Record<string, string>>): Read<PathValues> {
  const values: PathValues = {};
  for (const [name, written] of Object.entries(raw)) {
    const text = decoded(written);
    const isRoom = name === "room";
    if (text === undefined)
      return invalid(`The ${name} in the address is not percent-encoded UTF-8.`, isRoom);
    const read = readParameter(name, text);
    if (!read.ok) return read;
    Object.assign(values, read.value);
  }
  return { ok: true, value: values };
}

function readParameter(name: string, text: string): Read<PathValues> {
  if (name === "room") {
    const parsed = parseRoomName(text);
    return parsed.ok ? { ok: true, value: { room: parsed.room } } : invalid(parsed.message, true);
  }
  if (name === "seq") {
    const seq = Number(text);
    return /^\d{1,16}$/.test(text) && Number.isSafeInteger(seq) && seq > 0
      ? { ok: true, value: { seq } }
      : invalid("The message in the address must be a whole number from 1.");
  }
  if (v.is(userId, text)) return { ok: true, value: { [name]: text } };
  return invalid(`The ${name} in the address must be 1 to 128 characters without control characters.`);
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Reads a query. What is not known is named: a misspelt parameter would be silently ignored otherwise. */
export function readQuery(params: URLSearchParams, schema: Fields | undefined): Read<object> {
  const known = Object.keys(schema?.entries ?? {});
  const values: Record<string, unknown> = {};
  for (const [name, text] of params) {
    if (!known.includes(name)) {
      const list = known.length > 0 ? `Known are ${known.map(quote).join(", ")}.` : "This call takes none.";
      return invalid(`There is no query parameter ${quote(name)}. ${list}`);
    }
    if (Object.hasOwn(values, name)) return invalid(`The query parameter ${quote(name)} is given twice.`);
    values[name] = text;
  }
  return schema ? check(asNumbers(values, schema), schema, "In the query, ") : { ok: true, value: {} };
}

/** A query is text; what its schema wants as a number is one if it looks like one. */
function asNumbers(values: Record<string, unknown>, schema: Fields): Record<string, unknown> {
  const entries = Object.entries(values).map(([name, text]) => {
    const isNumber = typeOf(schema.entries[name]) === "number" && /^\d{1,16}$/.test(text as string);
    return [name, isNumber ? Number(text) : text] as const;
  });
  return Object.fromEntries(entries);
}

function typeOf(schema: unknown): unknown {
  const { wrapped, type } = schema as { wrapped?: { type: unknown }; type: unknown };
  return wrapped?.type ?? type;
}

/** Reads a body, whose bytes are there already. */
export function readBody(
  bytes: ArrayBuffer,
  contentType: string | undefined,
  { body, isBodyOptional }: Pick<HttpOperation, "body" | "isBodyOptional">,
): Read<object> {
  if (!body) return { ok: true, value: {} };
  if (bytes.byteLength === 0 && isBodyOptional) return { ok: true, value: {} };
  if (!/^application\/json\s*(?:;|$)/i.test(contentType ?? "")) {
    const message = "Send the body as JSON, with `content-type: application/json`.";
    return { ok: false, code: "invalid", message, status: 415 };
  }
  const json = jsonOf(bytes);
  if (json === undefined) return invalid("The body must be a JSON object in UTF-8.");
  return check(json, body, "In the body, ");
}

function jsonOf(bytes: ArrayBuffer): object | undefined {
  try {
    const json: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return typeof json === "object" && json !== null && !Array.isArray(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

function check(value: object, schema: Fields, where: string): Read<object> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return { ok: true, value: result.output };
  const issue = result.issues[0];
  const path = v.getDotPath(issue) ?? "";
  const why =
    issue.received === "undefined"
      ? "is missing"
      : issue.message.startsWith("must")
        ? issue.message
        : "is wrong";
  return invalid(`${where}\`${path}\` ${why}.`);
}

function invalid<T>(message: string, isRoom = false): Read<T> {
  return { ok: false, code: isRoom ? "bad-room" : "invalid", message };
}

/** A peer's word inside a sentence: short, and without anything that could break the line. */
function quote(word: string): string {
  return JSON.stringify(word.length > 40 ? `${word.slice(0, 40)}…` : word);
}
