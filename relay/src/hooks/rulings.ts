import { LIMITS } from "@natter/sdk/protocol";
import type { Refusal } from "../room/gate.ts";
import type { SessionLimits } from "../session/session-context.ts";
import { dataRefusal, textRefusal } from "../session/sizes.ts";
import type { PostRequest } from "./hooks.ts";

/** Whether somebody may, and what they are told if not. */
export type Ruling = { ok: true } | ({ ok: false } & Refusal);

/** A message as it may be stored, or why it may not. */
export type PostRuling = { ok: true; post: PostRequest } | ({ ok: false } & Refusal);

/** What a message may have at most. */
export type PostLimits = Pick<SessionLimits, "textLength" | "dataBytes">;

/** Characters of a sentence that is passed on. */
const MAX_SENTENCE = 500;

/** What a hook's answer means about somebody; undefined when it means nothing. Pure. */
export function readAuthorizeAnswer(answer: unknown): Ruling | undefined {
  if (answer === true) return { ok: true };
  if (answer === false) return { ok: false, code: "forbidden", message: "The app does not let you in here." };
  const sentence = sentenceOf(answer);
  return sentence === undefined ? undefined : { ok: false, code: "forbidden", message: sentence };
}

/** What a hook's answer means about a message; undefined when it means nothing, or nothing that fits. Pure. */
export function readPostAnswer(
  answer: unknown,
  post: PostRequest,
  limits: PostLimits,
): PostRuling | undefined {
  if (answer === undefined || answer === true) return { ok: true, post };
  if (!isPlain(answer)) return undefined;
  const sentence = sentenceOf(answer);
  if (sentence !== undefined) return { ok: false, code: "rejected", message: sentence };
  const { text = post.text, data = post.data, ...others } = answer;
  if (Object.keys(others).length > 0) return undefined;
  if (typeof text !== "string" || text === "" || !text.isWellFormed() || textRefusal(text, limits.textLength))
    return undefined;
  if (answer["data"] === undefined) return { ok: true, post: { ...post, text } };
  const plain = asJson(data);
  // An edit changes words only.
  if (!plain || post.edits !== undefined || dataRefusal(plain, limits.dataBytes)) return undefined;
  return { ok: true, post: { ...post, text, data: plain } };
}

function sentenceOf(answer: unknown): string | undefined {
  if (!isPlain(answer) || Object.keys(answer).length !== 1) return undefined;
  const { reject } = answer;
  return typeof reject === "string" && reject !== ""
    ? reject.toWellFormed().slice(0, MAX_SENTENCE)
    : undefined;
}

/** As it is when it has been through JSON: what cannot go there could not be stored. */
function asJson(value: unknown): Record<string, unknown> | undefined {
  if (!isPlain(value) || !nestsWithin(value, LIMITS.dataDepth)) return undefined;
  try {
    return JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** Clients refuse an event whose `data` is deeper than the protocol says. */
function nestsWithin(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return levels > 0 && Object.values(value).every((inner) => nestsWithin(inner, levels - 1));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
