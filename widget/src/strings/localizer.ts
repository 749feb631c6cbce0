import { LocalizeController, registerTranslation } from "@shoelace-style/localize";
import { en } from "./en.ts";
import { shortNumber } from "./formats.ts";
import type { RoomStrings } from "./strings.ts";

registerTranslation(en);

/**
 * The words of one element, in the language of the nearest `lang` around it, which may be outside of the
 * shadow roots it stands in.
 */
export class Localizer extends LocalizeController<RoomStrings> {
  #lang: string | undefined;

  /** Looks again for the nearest language: the element may have moved, or the page changed its mind. */
  hostUpdate(): void {
    this.#lang = nearestLang(this.host);
  }

  /** A number of things, as short as the language writes it: 7, 1.2K. */
  count(n: number): string {
    return shortNumber(n, this.lang());
  }

  override lang(): string {
    const lang = (this.#lang ??= nearestLang(this.host));
    return lang ?? super.lang();
  }
}

function nearestLang(from: Element): string | undefined {
  const found = from.closest("[lang]");
  if (found !== null) return wellFormed(found.getAttribute("lang"));
  const root = from.getRootNode();
  return root instanceof ShadowRoot ? nearestLang(root.host) : undefined;
}

function wellFormed(lang: string | null): string | undefined {
  try {
    return lang ? new Intl.Locale(lang).toString() : undefined;
  } catch {
    return undefined;
  }
}
