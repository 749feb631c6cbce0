import { css, html, type CSSResult, type TemplateResult, unsafeCSS } from "lit";

/** Hues that can be told apart, away from the red of what failed. */
const HUES = [62, 92, 128, 152, 178, 205, 232, 258, 286, 312, 338, 45];

/**
 * A picture made of nothing but a name: initials on a colour that stays the same for the same id. A face among
 * many has room for one sign only.
 */
export function avatar(person: { id: string; name: string }, signs: 1 | 2 = 2): TemplateResult {
  return html`<span class="avatar edged ${hueOf(person.id)}" part="avatar" aria-hidden="true">
    ${initials(person.name, signs)}
  </span>`;
}

/** The class that carries a person's hue. */
export function hueOf(id: string): string {
  let hash = 0;
  for (let at = 0; at < id.length; at++) hash = (Math.imul(hash, 31) + id.charCodeAt(at)) | 0;
  // Ids that differ in the last character only would get neighbouring hues.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return `hue-${(hash >>> 8) % HUES.length}`;
}

/**
 * One or two signs that stand for a name: of the first and last word, one where a script writes names without
 * spaces or has no capitals to tell initials by.
 */
export function initials(name: string, most: 1 | 2 = 2): string {
  const words = name.normalize("NFC").match(WORD) ?? ["?"];
  const signs = [words[0], words.at(-1)].slice(0, Math.min(most, words.length)).map(firstSign);
  const shown = signs.every((sign) => CASED.test(sign)) ? signs : signs.slice(0, 1);
  return shown.join("").toLocaleUpperCase();
}

const WORD = /[\p{L}\p{N}\p{Extended_Pictographic}][^\s_.-]*/gu;
const CASED = /^[\p{Lu}\p{Ll}\p{N}]/u;
const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

function firstSign(word = ""): string {
  const [first] = segmenter.segment(word);
  return first?.segment ?? "";
}

/** The hues as classes: a strict Content-Security-Policy leaves no other way to colour an element by data. */
export const hues: CSSResult[] = HUES.map(
  (hue, at) => css`
    .hue-${unsafeCSS(at)} {
      --_hue: ${unsafeCSS(hue)};
    }
  `,
);

export const avatarStyles = css`
  .avatar {
    display: grid;
    place-items: center;
    flex: none;
    inline-size: var(--_avatar, 32px);
    block-size: var(--_avatar, 32px);
    border-radius: 34%;
    background: light-dark(oklch(0.9 0.055 var(--_hue)), oklch(0.37 0.06 var(--_hue)));
    color: light-dark(oklch(0.38 0.09 var(--_hue)), oklch(0.92 0.05 var(--_hue)));
    font-size: calc(var(--_avatar, 32px) * 0.38);
    font-weight: 600;
    line-height: 1;
    letter-spacing: 0.01em;
    overflow: hidden;
    user-select: none;
  }
`;
