import type { ChatError } from "@natter/sdk";
import type { Localizer } from "./localizer.ts";

/** Why the relay refused something, in a sentence for the visitor; undefined where there is nothing to add. */
export function refusal(error: ChatError, words: Localizer): string | undefined {
  switch (error.code) {
    case "muted":
      return words.term("muted", undefined);
    case "locked":
      return words.term("locked");
    case "slow-mode":
      return words.term("slowMode");
    case "rate-limited":
      return words.term("tooFast");
    case "too-large":
      return words.term("tooLarge");
    case "forbidden":
      return words.term("readOnly");
    case "timeout":
      return words.term("noAnswer");
    case "banned":
      return words.term("banned");
    case "rejected":
      // The app's own sentence, meant for this visitor.
      return error.message;
    default:
      return undefined;
  }
}
