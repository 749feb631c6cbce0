import type { FindName } from "./inline.ts";

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
      if (fold(text.slice(at, end)) === fold(name) && !/[\p{L}\p{N}]/u.test(text.charAt(end)))
        return name.length;
    }
    return 0;
  };
}

function fold(text: string): string {
  return text.toLowerCase();
}
