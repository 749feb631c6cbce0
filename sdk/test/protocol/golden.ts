import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { RequestType } from "@natter/sdk/protocol";

const FOLDER = fileURLToPath(new URL("golden/", import.meta.url));

/** A frame as it goes over the line, kept as a file so that every side and every document reads the same one. */
export interface GoldenFrame {
  /** The file's name, without its ending. */
  name: string;
  from: "client" | "relay";
  /** What it says, in a sentence. */
  note: string;
  /** The request that an `ok` in it answers. */
  answers?: RequestType;
  frame: unknown[];
}

/** Every golden frame, by name. */
export function goldenFrames(): GoldenFrame[] {
  const files = readdirSync(FOLDER).toSorted();
  return files.map((file) => {
    const golden = JSON.parse(readFileSync(`${FOLDER}${file}`, "utf8")) as Omit<GoldenFrame, "name">;
    return { ...golden, name: file.replace(/\.json$/, "") };
  });
}

/**
 * A JSON value as a text that does not depend on the order of keys. Written out by hand because a key such as
 * `__proto__` has to stay a key.
 */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const told = members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`);
  return `{${told.toSorted().join(",")}}`;
}
