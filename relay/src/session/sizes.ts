import { codePointLength, isWellFormed } from "@natter/sdk/protocol";
import type { Refusal } from "../room/gate.ts";

/** Why a text is too long, if it is. */
export function textRefusal(text: string, max: number): Refusal | undefined {
  // A code point has one or two units: most texts are decided without being counted.
  if (text.length <= max) return undefined;
  const length = codePointLength(text);
  if (length <= max) return undefined;
  return { code: "too-large", message: `The text has ${length} characters; at most ${max} are allowed.` };
}

/** Why `data` cannot be carried, if it cannot: it is too large, or no UTF-8 can hold it. */
export function dataRefusal(data: unknown, max: number): Refusal | undefined {
  if (data === undefined) return undefined;
  const json = JSON.stringify(data);
  // A lone surrogate is the only thing that JSON has to escape this way.
  if (json.includes(String.raw`\ud`) && hasLoneSurrogate(data)) {
    return { code: "invalid", message: "`data` must be valid Unicode (it has a lone surrogate)." };
  }
  const bytes = Buffer.byteLength(json);
  if (bytes <= max) return undefined;
  return { code: "too-large", message: `\`data\` has ${bytes} bytes as JSON; at most ${max} are allowed.` };
}

/** Looks at every text of a JSON value, keys as well. The wire bounds how deep it is. */
function hasLoneSurrogate(value: unknown): boolean {
  if (typeof value === "string") return !isWellFormed(value);
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, item]) => !isWellFormed(key) || hasLoneSurrogate(item));
}
