import { relative, remember } from "./formats.ts";

const moments = new Map<string, Intl.DateTimeFormat>();

/** Date and time in full, for those who ask: `Monday, 23 November 2026 at 14:05`. */
export function wholeMoment(at: number, lang: string): string {
  const make = () => new Intl.DateTimeFormat(lang, { dateStyle: "full", timeStyle: "short" });
  return remember(moments, lang, make).format(at);
}

/** How long ago, in the largest unit that fits: `now`, `5 minutes ago`, `yesterday`. */
export function ago(at: number, now: number, lang: string): string {
  const minutes = Math.trunc((at - now) / 60_000);
  const [unit, per] = AGO.find(([, per]) => -minutes >= per) ?? (["second", Infinity] as const);
  return relative(lang).format(Math.trunc(minutes / per) || 0, unit);
}

/** Units with their length in minutes. */
const AGO = [
  ["day", 1440],
  ["hour", 60],
  ["minute", 1],
] as const;
