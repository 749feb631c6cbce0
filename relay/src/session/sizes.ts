import { codePointLength } from "@natter/sdk/protocol";
import type { Refusal } from "../room/gate.ts";

/** Why a text is too long, if it is. */
export function textRefusal(text: string, max: number): Refusal | undefined {
  // A code point has one or two units: most texts are decided without being counted.
  if (text.length <= max) return undefined;
  const length = codePointLength(text);
  if (length <= max) return undefined;
  return { code: "too-large", message: `The text has ${length} characters; at most ${max} are allowed.` };
}

/** Why `data` is too large, if it is. */
export function dataRefusal(data: unknown, max: number): Refusal | undefined {
  if (data === undefined) return undefined;
  const bytes = Buffer.byteLength(JSON.stringify(data));
  if (bytes <= max) return undefined;
  return { code: "too-large", message: `\`data\` has ${bytes} bytes as JSON; at most ${max} are allowed.` };
}
