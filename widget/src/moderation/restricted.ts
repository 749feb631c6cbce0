import { html, nothing, type TemplateResult } from "lit";
import type { ModerationAction, RestrictedUser, Restriction, Verb } from "@natter/sdk/protocol";
import { untilWhen } from "../strings/formats.ts";
import type { Localizer } from "../strings/localizer.ts";

/** Somebody who is muted or banned: until when, why, and the way out of it, where the visitor may show it. */
export function restrictedLine(
  { user, name, mute, ban }: RestrictedUser,
  can: ReadonlySet<Verb>,
  words: Localizer,
  run: (action: ModerationAction) => void,
): TemplateResult {
  const line = (held: Restriction | undefined, kind: "mute" | "ban"): TemplateResult | typeof nothing =>
    held
      ? html`<li>
          <p>
            <bdi>${name ?? user}</bdi>
            <small>${words.term(kind === "ban" ? "bannedUntil" : "mutedUntil", endOf(held, words))}</small>
            ${held.reason ? html`<q dir="auto">${held.reason}</q>` : nothing}
          </p>
          ${
            can.has(kind)
              ? html`<button type="button" @click=${() => run(`un${kind}`)}>
                  ${words.term(`un${kind}`)}
                </button>`
              : nothing
          }
        </li>`
      : nothing;
  return html`${line(ban, "ban")}${line(mute, "mute")}`;
}

function endOf({ until }: Restriction, words: Localizer): string | undefined {
  return until === undefined ? undefined : untilWhen(until, Date.now(), words.lang());
}
