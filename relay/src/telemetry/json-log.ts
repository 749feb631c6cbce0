import { pino, type DestinationStream, type Level } from "pino";
import type { Log } from "./log.ts";

/** Characters of one field: a line is read by people, and what is longer was meant to fill a disk. */
const FIELD_CHARACTERS = 500;

/** Characters of a stack. */
const STACK_CHARACTERS = 4000;

/** How many causes of an error are told. */
const CAUSES = 4;

/** A log whose level can be changed while it is written. */
export interface LeveledLog extends Log {
  level: string;
}

/**
 * Makes a log of JSON lines, one for each event. Tokens and secrets are taken out by the names of their fields,
 * long texts are cut, and characters that a terminal or a pager would obey are escaped.
 */
export function jsonLog(level: Level | "silent", destination?: DestinationStream): LeveledLog {
  return pino(
    {
      level,
      base: null,
      redact: { paths: SECRET_PATHS, censor: "[removed]" },
      formatters: { log: cutFields },
      serializers: { err: describe },
      hooks: { streamWrite: escapeControls },
    },
    destination ?? pino.destination({ dest: 1, sync: true }),
  );
}

const SECRETS = ["token", "secret", "authorization", "cookie"];
const SECRET_PATHS = SECRETS.flatMap((name) => [name, `*.${name}`]);

function cutFields(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === "string" ? cut(value, FIELD_CHARACTERS) : value,
    ]),
  );
}

function cut(text: string, characters: number): string {
  return text.length <= characters ? text : `${text.slice(0, characters)}… (${text.length} characters)`;
}

/** What is told of an error: never its other fields, which can hold what somebody wrote. */
function describe(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return cut(String(error), FIELD_CHARACTERS);
  const { code } = error as NodeJS.ErrnoException;
  return {
    type: error.name,
    message: cut(error.message, FIELD_CHARACTERS),
    ...(typeof code === "string" && { code }),
    stack: cut(error.stack ?? "", STACK_CHARACTERS),
    ...(error.cause !== undefined && depth < CAUSES && { cause: describe(error.cause, depth + 1) }),
  };
}

/** What JSON leaves as it is and terminals may obey: DEL, C1, line separators, text direction, zero width. */
const CONTROLS = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Stands in for them in a line of JSON, where they can only be in texts. */
function escapeControls(line: string): string {
  return line.replaceAll(
    CONTROLS,
    (found) => String.raw`\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
