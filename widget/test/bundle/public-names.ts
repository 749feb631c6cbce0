// Which member names are somebody else's business: those of the public types, of the wire, and of what is kept
// in the browser. Read from the sources, generously: a name too many only costs a few bytes.
import { readdirSync, readFileSync } from "node:fs";

const SDK = new URL("../../../sdk/src/", import.meta.url);
const WIDGET = new URL("../../src/", import.meta.url);

/** Files that are public from the first line to the last. */
const PUBLIC_FILES =
  /^(?:protocol\/|index\.ts$|element\.ts$|events\.ts$|frameworks\/|strings\/(?:strings|counting)\.ts$)/;

/** What is kept in a visitor's browser, where another version of the script may find it. */
const STORED = ["writing", "at", "key", "name"];

/** A file of the sources, by its path in `src`, without its comments. */
export interface Source {
  path: string;
  text: string;
}

export function publicNames(): Set<string> {
  const files = [...sourcesOf("sdk"), ...sourcesOf("widget")];
  const declared = new Map(files.flatMap(({ text }) => declarationsIn(text)));
  const entries = files.filter(({ path }) => PUBLIC_FILES.test(path));
  const names = new Set(STORED);
  const tags = files.flatMap(({ text }) => /interface HTMLElementTagNameMap \{[^}]*\}/.exec(text)?.[0] ?? []);
  const open = [...entries.map(({ text }) => text), ...tags];
  for (let text = open.pop(); text !== undefined; text = open.pop()) {
    for (const [, name = ""] of text.matchAll(/\b(\w+)(?=\??\s*[:(<])/g)) names.add(name);
    for (const [word] of text.matchAll(/\b[A-Z]\w+/g)) {
      const body = declared.get(word);
      declared.delete(word);
      if (body !== undefined) open.push(body);
    }
  }
  return names;
}

/** What a package is made of. */
export function sourcesOf(name: "sdk" | "widget"): Source[] {
  const folder = name === "sdk" ? SDK : WIDGET;
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".ts"),
  );
  return paths.map((path) => ({
    path: path.replaceAll("\\", "/"),
    text: withoutComments(readFileSync(new URL(path, folder), "utf8")),
  }));
}

/**
 * The exported interfaces, types and classes of a file. Of a class only what can be reached from outside counts,
 * and of a method its first line.
 */
function declarationsIn(text: string): [string, string][] {
  const interfaces = text.matchAll(/^export interface (\w+)[\s\S]*?^\}/gm);
  const types = text.matchAll(/^export type (\w+)[\s\S]*?;$(?=\n(?:\n|\S))/gm);
  const classes = text.matchAll(/^export (?:abstract )?class (\w+)[\s\S]*?^\}/gm);
  return [
    ...[...interfaces, ...types].map(([body, name = ""]): [string, string] => [name, body]),
    ...[...classes].map(([body, name = ""]): [string, string] => [name, outside(body)]),
  ];
}

function outside(body: string): string {
  const lines = body
    .split("\n")
    .filter((line) => /^(?:\S| {2}(?!#|private |protected |readonly #)\w)/.test(line));
  return lines.map((line) => line.replace(/ = .*$/, ":")).join("\n");
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
}
