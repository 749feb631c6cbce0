import type { FindName } from "./inline.ts";

/**
 * A sign that a name cannot stand right beside, as part of a larger expression: a letter or digit, but not of the
 * scripts that put no space between words, nor of Hangul, which puts none before a title (`@민수님`).
 */
export const WORD_SIGN = String.raw`(?![\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Thai}])[\p{L}\p{N}]`;

const IN_WORD = new RegExp(WORD_SIGN, "u");

/** True if the sign at `at` belongs to a word that a name would have to be kept apart from. */
export function isInWord(text: string, at: number): boolean {
  return IN_WORD.test(text.charAt(at));
}

/**
 * Finds the names of people after an `@`. The longest wins (`@Ann Lee` before `@Ann`), upper and lower case are
 * the same, and a name ends where a word does.
 */
export function nameFinder(names: Iterable<string>): FindName {
  const byFirst = new Map<string, string[]>();
  for (const name of new Set(names)) {
    if (name === "") continue;
    const first = fold(name.charAt(0));
    byFirst.set(first, [...(byFirst.get(first) ?? []), name]);
  }
  for (const alike of byFirst.values()) alike.sort((one, other) => other.length - one.length);

  return (text, at) => {
    for (const name of byFirst.get(fold(text.charAt(at))) ?? []) {
      const end = at + name.length;
      if (fold(text.slice(at, end)) === fold(name) && !isInWord(text, end)) return name.length;
    }
    return 0;
  };
}

/** True where somebody of that name is called in a text. */
export function calls(text: string, name: string): boolean {
  const find = nameFinder([name]);
  return [...text.matchAll(/@/g)].some(({ index }) => find(text, index + 1) > 0);
}

function fold(text: string): string {
  return text.toLowerCase();
}
