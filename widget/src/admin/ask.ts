import { html, nothing, type TemplateResult } from "lit";
import { onSubmit } from "./admin-page.ts";

/** A question before something is done, in a window of its own. */
export interface Question {
  title: string;
  text: string;
  /** The word on the button that does it. */
  doing: string;
  /** Has to be typed before: asked twice, for what cannot be taken back. */
  typed?: string;
  /** Asks for a reason, which is given to `run`. */
  hasReason?: boolean;
  /** Resolves with whether it was done; the window closes then. */
  run: (reason: string) => Promise<boolean>;
}

/** What the relay takes, in characters. */
const REASON_LENGTH = 500;

/**
 * The window of a question; nothing without one.
 *
 * @param trouble what went wrong with the last try
 * @param onChange asked to draw it anew
 */
export function asking(
  question: Question | undefined,
  { trouble, isBusy, onClose }: { trouble: string; isBusy: boolean; onClose: () => void },
): TemplateResult | typeof nothing {
  if (!question) return nothing;
  const { title, text, doing, typed, hasReason = false, run } = question;
  const close = async (form: HTMLFormElement): Promise<void> => {
    const said = form.querySelector<HTMLInputElement>("[name=reason]")?.value.trim() ?? "";
    if (await run(said)) form.closest("dialog")?.close();
  };
  return html`<dialog aria-labelledby="question" @close=${onClose}>
    <h2 id="question">${title}</h2>
    <p>${text}</p>
    <form class="stack" @submit=${onSubmit((form) => void close(form))}>
      ${
        hasReason
          ? html`<label>
              Reason (may be empty)
              <input name="reason" dir="auto" autocomplete="off" maxlength=${REASON_LENGTH} />
            </label>`
          : nothing
      }
      ${
        typed === undefined
          ? nothing
          : html`<label>
              <span>To be sure, type <bdi>${typed}</bdi></span>
              <input
                name="typed"
                dir="auto"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                required
                @input=${(event: InputEvent) => agree(event, typed)}
              />
            </label>`
      }
      ${trouble ? html`<p class="trouble" role="alert">${trouble}</p>` : nothing}
      <div class="row">
        <button type="submit" class="danger" ?disabled=${isBusy}>${doing}</button>
        <button type="button" @click=${closeDialog}>Leave it</button>
      </div>
    </form>
  </dialog>`;
}

/** Opens the window once it is drawn. */
export function showDialog(root: ParentNode): void {
  const dialog = root.querySelector("dialog");
  if (dialog && !dialog.open) dialog.showModal();
}

/** Closes the window that a button stands in. */
export function closeDialog(event: Event): void {
  if (event.currentTarget instanceof Element) event.currentTarget.closest("dialog")?.close();
}

function agree({ target }: InputEvent, typed: string): void {
  if (!(target instanceof HTMLInputElement)) return;
  const isSame = target.value.trim().normalize() === typed.normalize();
  target.setCustomValidity(isSame ? "" : "This is another name.");
}
