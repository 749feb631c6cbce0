import { randomBytes } from "node:crypto";
import type { Author } from "@natter/sdk/protocol";

/**
 * Who stands in the place of somebody who was forgotten: nobody, but the same nobody in all of an app's rooms, so
 * that what they did can still be told apart from what others did. The name is a dash in every language.
 */
export function forgottenAuthor(): Author {
  return { id: `forgotten-${randomBytes(6).toString("hex")}`, name: "–" };
}
