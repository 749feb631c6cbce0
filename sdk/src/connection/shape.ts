/** True when a value has the shape that is meant. */
export type Check = (value: unknown) => boolean;

export const text: Check = (value) => typeof value === "string";

/** A finite number that is not below zero: every number on the wire is a place, a time, a length or a count. */
export const number: Check = (value) => Number.isFinite(value) && (value as number) >= 0;

export const record: Check = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

export function maybe(check: Check): Check {
  return (value) => value === undefined || check(value);
}

export function list(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check);
}

export function holds(fields: Record<string, Check>): Check {
  const entries = Object.entries(fields);
  return (value) => record(value) && entries.every(([name, check]) => check((value as never)[name]));
}
