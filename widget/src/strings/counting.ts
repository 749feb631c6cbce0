/** The words for each plural form a language has; `other` is the one that every language has. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** How a language counts: each has its own plural forms, and its own way to write a number. */
export interface Counting {
  /** A number and the form of the word that goes with it. */
  readonly count: (n: number, forms: Forms) => string;
  /** The form alone, for languages whose words hold the number, or need none. */
  readonly form: (n: number, forms: Forms) => string;
  readonly number: (n: number) => string;
  readonly isOne: (n: number) => boolean;
}

/** The counting of a language, made once for its strings. */
export function counting(lang: string): Counting {
  const plural = new Intl.PluralRules(lang);
  const format = new Intl.NumberFormat(lang);
  const form = (n: number, forms: Forms): string => forms[plural.select(n)] ?? forms.other;
  const number = (n: number): string => format.format(n);
  return {
    form,
    number,
    count: (n, forms) => `${number(n)} ${form(n, forms)}`,
    isOne: (n) => plural.select(n) === "one",
  };
}
