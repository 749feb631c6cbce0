// Making an Intl formatter costs about a hundred times what using it does, so each is made once.
const times = new Map<string, Intl.DateTimeFormat>();
const days = new Map<string, Intl.DateTimeFormat>();
const moments = new Map<string, Intl.DateTimeFormat>();
const relatives = new Map<string, Intl.RelativeTimeFormat>();
const aheads = new Map<string, Intl.RelativeTimeFormat>();
const numbers = new Map<string, Intl.NumberFormat>();
const units = new Map<string, Intl.NumberFormat>();
const lists = new Map<string, Intl.ListFormat>();

/** The time of day, as short as the language allows: `14:05`. */
export function timeOfDay(at: number, lang: string): string {
  const make = () => new Intl.DateTimeFormat(lang, { timeStyle: "short" });
  return remember(times, lang, make).format(at);
}

/** The day as people say it: today, yesterday, then the weekday and the date. */
export function dayName(at: number, now: number, lang: string): string {
  const ago = daysBetween(at, now);
  if (ago === 0 || ago === 1) {
    return capitalised(relative(lang).format(-ago, "day"), lang);
  }
  const thisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  const make = () => {
    const year = thisYear ? {} : ({ year: "numeric" } as const);
    return new Intl.DateTimeFormat(lang, { weekday: "long", day: "numeric", month: "long", ...year });
  };
  return capitalised(remember(days, thisYear ? lang : `${lang} year`, make).format(at), lang);
}

/** Tells times relative to now: `yesterday`. */
export function relative(lang: string): Intl.RelativeTimeFormat {
  return remember(relatives, lang, () => new Intl.RelativeTimeFormat(lang, { numeric: "auto" }));
}

/** Names in a row: `Ann, Bo and Cy`. */
export function namesInARow(names: readonly string[], lang: string): string {
  return remember(lists, lang, () => new Intl.ListFormat(lang, { type: "conjunction" })).format(names);
}

/** A name for a sentence that it must not turn around, whatever direction it has and whatever signs are in it. */
export function isolated(name: string): string {
  return `\u2068${name.replace(/[\u202A-\u202E\u2066-\u2069]/g, "")}\u2069`;
}

/** How long something takes still, in the one unit that says it best: `45 sec`, `3 min`. */
export function shortTime(ms: number, lang: string): string {
  const seconds = Math.ceil(ms / 1000);
  const unit = seconds < 100 ? "second" : "minute";
  const format = remember(
    units,
    `${lang} ${unit}`,
    () => new Intl.NumberFormat(lang, { style: "unit", unit }),
  );
  return format.format(unit === "second" ? seconds : Math.ceil(seconds / 60));
}

const WHOLE = [
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
] as const;

/** A length in the largest unit that it is a whole number of: `10 minutes`, `1 week`. */
export function duration(seconds: number, lang: string): string {
  const [unit, size] = WHOLE.find(([, size]) => seconds % size === 0) ?? WHOLE[4];
  const make = () => new Intl.NumberFormat(lang, { style: "unit", unit, unitDisplay: "long" });
  return remember(units, `${lang} long ${unit}`, make).format(seconds / size);
}

/** How far ahead something is, in the unit that says it best: `in 3 hours`. */
export function ahead(ms: number, lang: string): string {
  const seconds = Math.ceil(ms / 1000);
  const [unit, size] = WHOLE.find(([, size]) => seconds >= size) ?? WHOLE[4];
  const make = () => new Intl.RelativeTimeFormat(lang);
  return remember(aheads, lang, make).format(Math.ceil(seconds / size), unit);
}

/** When something ends: the time of day, with the date if that is another day. */
export function untilWhen(at: number, now: number, lang: string): string {
  if (daysBetween(now, at) === 0) return timeOfDay(at, lang);
  const make = () => new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "short" });
  return remember(moments, `${lang} until`, make).format(at);
}

/** A number in as few signs as possible: `7`, `1.2K`. */
export function shortNumber(n: number, lang: string): string {
  return remember(numbers, lang, () => new Intl.NumberFormat(lang, { notation: "compact" })).format(n);
}

/** The first moment of the local day that `at` is in. */
export function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** The first moment of the day after; a day has 23 or 25 hours when clocks change. */
export function startOfNextDay(at: number): number {
  const day = new Date(at);
  day.setHours(24, 0, 0, 0);
  return day.getTime();
}

function daysBetween(from: number, to: number): number {
  return Math.round((startOfDay(to) - startOfDay(from)) / 86_400_000);
}

function capitalised(text: string, lang: string): string {
  const [first = ""] = text;
  return first.toLocaleUpperCase(lang) + text.slice(first.length);
}

/** What is kept under a key, made when it is first asked for. */
export function remember<T>(known: Map<string, T>, key: string, make: () => T): T {
  let value = known.get(key);
  if (value === undefined) known.set(key, (value = make()));
  return value;
}
