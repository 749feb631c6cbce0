import { OPTIONS, OptionError, type Option, type OptionName } from "./options.ts";

/** Whether there is a setting of this name. */
export function isOption(name: string): name is OptionName {
  return Object.hasOwn(OPTIONS, name);
}

/**
 * Checks a setting's value.
 *
 * @param shown what the sentence begins with, such as `--max-rooms`
 * @param written the value as somebody wrote it, where that is not the value
 * @throws OptionError when it is wrong
 */
export function checkOption(name: OptionName, value: unknown, shown: string, written?: string): void {
  const option: Option<unknown> = OPTIONS[name];
  const wrong = option.wrong(value);
  if (wrong === undefined) return;
  const but = option.isSecret ? "" : `, not ${JSON.stringify(written ?? value)}`;
  throw new OptionError(`${shown} must be ${wrong}${but}.`);
}

/**
 * Reads a setting's value as it stands in JSON, where a time may be written as people say it.
 *
 * @throws OptionError when it is wrong
 */
export function readJsonOption(name: OptionName, value: unknown, shown: string): unknown {
  const option: Option<unknown> = OPTIONS[name];
  const read = option.placeholder === "TIME" && typeof value === "string" ? option.parse(value) : value;
  checkOption(name, read, shown, typeof value === "string" ? value : undefined);
  return read;
}

/** "Did you mean", for a word that does not exist; empty when nothing is near. */
export function hint(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? "" : ` Did you mean ${near}?`;
}

/** The known word that a word was probably meant to be. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const ranked = known.map((each) => ({ each, distance: distance(word.toLowerCase(), each.toLowerCase()) }));
  const best = ranked.sort((a, b) => a.distance - b.distance)[0];
  return best && best.distance <= 2 ? best.each : undefined;
}

/** How many letters must be added, removed or changed to make one word of the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
