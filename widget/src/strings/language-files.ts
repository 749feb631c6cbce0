import { tellOwner } from "../owner-notes.ts";
import { servedBy } from "../relay-address.ts";
import { VERSION } from "../version.ts";
import type { RoomStrings } from "./strings.ts";

/** The languages a relay serves beside the script, each in a file of its own. English is in the script. */
export const LANGUAGES: readonly string[] = ["ar", "de", "es", "fr", "he", "ja", "ko", "pt", "zh"];

/** For so long a text that is not there yet is left out; then it is shown in English until the file comes. */
const PATIENCE_MS = 3000;

/**
 * Where the words of a language are to be had: beside the script, in its version. Undefined for a language there
 * is no file for, and where a site's own bundle holds the element, which brings its languages along.
 */
export function languageFile(language: string, relay: string | undefined): string | undefined {
  if (relay === undefined || !LANGUAGES.includes(language)) return undefined;
  return `${relay}/v${VERSION}/strings/${language}.js`;
}

/** Languages that were asked for; true as long as it is worth waiting for one. */
const asked = new Map<string, boolean>();

/**
 * Fetches a language when it is first needed, and says whether it may be there in a moment. One that cannot be
 * had is not asked for again: the page stays English.
 *
 * @param come Called with the words.
 * @param over Called when waiting is over, without them.
 */
export function isOnItsWay(
  language: string,
  come: (strings: RoomStrings) => void,
  over: () => void,
  load: (file: string) => Promise<unknown> = (file) =>
    import(/* @vite-ignore */ /* webpackIgnore: true */ file),
): boolean {
  const file = languageFile(language, servedBy());
  if (file === undefined) return false;
  const known = asked.get(language);
  if (known !== undefined) return known;

  const stopWaiting = (): void => {
    if (!asked.get(language)) return;
    asked.set(language, false);
    over();
  };
  asked.set(language, true);
  setTimeout(stopWaiting, PATIENCE_MS);
  load(file)
    .then((found) => {
      asked.set(language, false);
      come((found as Record<string, RoomStrings>)[language] as RoomStrings);
    })
    .catch(() => {
      stopWaiting();
      tellOwner("language", `${file} could not be loaded; a script-src of this page must allow it.`);
    });
  return true;
}
