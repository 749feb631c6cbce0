import type { ReactiveController, ReactiveControllerHost } from "lit";
import { en } from "./en.ts";
import { shortNumber } from "./formats.ts";
import { isOnItsWay } from "./language-files.ts";
import type { RoomStrings } from "./strings.ts";

type Terms = Omit<RoomStrings, "$code">;
type ArgsOf<T> = T extends (...args: infer Args) => string ? Args : [];

const languages = new Map<string, RoomStrings>([[en.$code, en]]);
const hosts = new Set<ReactiveControllerHost>();

/** Makes a language known; whatever shows words draws them again, as one of them may have waited for it. */
export function addLanguage(strings: RoomStrings): void {
  languages.set(strings.$code, strings);
  drawAgain();
}

/**
 * The words of one element, in the language of the nearest `lang` around it, which may stand outside of the
 * shadow roots it is in. When a page changes a `lang`, the words follow.
 */
export class Localizer implements ReactiveController {
  readonly #host: ReactiveControllerHost & Element;
  #lang: string | undefined;
  /** The words that were shown last: better than none while other ones are on their way. */
  #strings: RoomStrings | undefined;

  constructor(host: ReactiveControllerHost & Element) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    if (hosts.size === 0) {
      watched ??= new MutationObserver(drawAgain);
      watched.observe(document, { subtree: true, attributeFilter: ["lang"] });
    }
    hosts.add(this.#host);
  }

  hostDisconnected(): void {
    hosts.delete(this.#host);
    if (hosts.size === 0) watched?.disconnect();
  }

  hostUpdate(): void {
    this.#lang = undefined;
  }

  /** The language as the page names it, for dates and numbers: `pt-BR`. */
  lang(): string {
    return (this.#lang ??= nearestLang(this.#host) ?? navigator.language);
  }

  /**
   * The words for something, in English where the language is not known. Empty for the moment in which the first
   * ones are being fetched: a text that comes late is less of a jolt than one that changes its language.
   */
  term<K extends keyof Terms>(key: K, ...args: ArgsOf<Terms[K]>): string {
    this.#strings = stringsFor(this.lang()) ?? this.#strings;
    const term: unknown = this.#strings?.[key] ?? "";
    return typeof term === "function" ? (term as (...args: unknown[]) => string)(...args) : (term as string);
  }

  /** A number of things, as short as the language writes it: 7, 1.2K. */
  count(n: number): string {
    return shortNumber(n, this.lang());
  }
}

/** Made when first needed: on a server, where a page may be prepared, there is none. */
let watched: MutationObserver | undefined;

function drawAgain(): void {
  for (const host of hosts) host.requestUpdate();
}

/** Undefined while the words are on their way. */
function stringsFor(lang: string): RoomStrings | undefined {
  const [language = ""] = lang.toLowerCase().split("-");
  const known = languages.get(lang.toLowerCase()) ?? languages.get(language);
  return known ?? (isOnItsWay(language, addLanguage, drawAgain) ? undefined : en);
}

function nearestLang(from: Element): string | undefined {
  const found = from.closest("[lang]");
  if (found !== null) return wellFormed(found.getAttribute("lang") ?? "");
  const root = from.getRootNode();
  return root instanceof ShadowRoot ? nearestLang(root.host) : undefined;
}

// Whatever a page may have written there must not keep dates from being drawn.
function wellFormed(lang: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(lang)[0];
  } catch {
    return undefined;
  }
}
