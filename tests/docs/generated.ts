import { readFileSync } from "node:fs";
import {
  HTTP_OPERATIONS,
  HTTP_STATUS,
  type ErrorCode,
  type Fields,
  type HttpOperation,
} from "@natter/sdk/protocol";
import { optionHelp, ownFlagHelp } from "../../relay/src/cli/help.ts";
import { COMMANDS } from "../../relay/src/cli/run.ts";
import { flagOf } from "../../relay/src/config.ts";
import type { OptionName } from "../../relay/src/options.ts";
import { Meter } from "../../relay/src/telemetry/meter.ts";
import { makeMetrics } from "../../relay/src/telemetry/metrics.ts";
import { CASES, filesOfCases } from "./cases.ts";
import { LIMIT_ROWS } from "./limit-rows.ts";

/** A table that is made from the code: its heading, and its rows, as Markdown. */
export type Table = readonly (readonly string[])[];

const widget = (file: string): string =>
  readFileSync(new URL(`../../widget/src/${file}`, import.meta.url), "utf8");
const element = widget("chat-room.ts");
const news = widget("news.ts");
/** The elements that can be used alone. */
const PARTS: Readonly<Record<string, string>> = {
  "chat-messages": widget("message-list/message-list.ts"),
  "chat-composer": widget("composer/composer.ts"),
  "chat-members": widget("members/members.ts"),
  "chat-pins": widget("pins/pins.ts"),
  "chat-moderation": widget("moderation/moderation.ts"),
  "chat-banner": widget("banner/banner.ts"),
  "chat-launcher": widget("launcher/launcher.ts"),
};
const announce = /type Announce = ([^;]+);/.exec(news)?.[1] ?? "";

/** The metrics of a relay that has done nothing yet. */
export const METRICS = makeMetrics(
  new Meter(),
  { isShedding: false, loopDelay: { mean: 0, p99: 0, max: 0 } },
  {
    connections: () => [],
    sockets: () => 0,
    rooms: () => 0,
    members: () => 0,
    queues: () => ({ all: 0, most: 0 }),
    drafts: () => 0,
    isReady: () => true,
    webhooks: () => Promise.resolve([]),
  },
  "",
).list();

/** The tables of the documents, by the name in their mark: `<!-- generated: name -->`. */
export const TABLES: Readonly<Record<string, () => Table>> = {
  options: () => [
    ["Option", "Variable", "Default", "Meaning"],
    ...optionHelp().map(({ flag, variable, preset, help }) => [
      code(flag),
      code(variable),
      preset === "" ? "" : code(preset),
      help,
    ]),
  ],
  commands: () => [
    ["Command", "Its own options", "What it does"],
    ...COMMANDS.flatMap(({ usage, help, flags }) => [
      [code(usage), "", help],
      ...ownFlagHelp(flags).map(({ flag, help: meaning }) => ["", code(flag), meaning]),
    ]),
  ],
  cases: () => {
    const files = filesOfCases();
    return [
      ["Case", "What is tried", "Where"],
      ...Object.entries(CASES).map(([id, what]) => [id, what, (files.get(id) ?? []).map(code).join(", ")]),
    ];
  },
  metrics: () => [
    ["Metric", "Kind", "Meaning"],
    ...METRICS.map(({ name, type, help }) => [code(name), type, help]),
  ],
  limits: () => [
    ["What", "How many", "Setting", "What happens past it", "`limit` in the metrics"],
    ...LIMIT_ROWS.map(({ what, settings, past, limit }) => [
      what,
      settings.map((name) => code(presetOf(name))).join(", at once "),
      settings.map((name) => code(flagOf(name))).join(", "),
      past,
      code(limit),
    ]),
  ],
  http: () => [["Call", "What it does", "Who may"], ...Object.values(HTTP_OPERATIONS).map(callRow)],
  statuses: () => [["Status", "Codes"], ...statusRows()],
  attributes: () => [["Attribute", "Property", "Values", "Meaning"], ...properties()],
  events: () => [["Event", "When"], ...tags("fires")],
  tokens: () => [["Property", "Default", "Meaning"], ...tags("cssproperty").map(withDefault)],
  parts: () => [["Part", "What it is"], ...tags("csspart")],
  "part-properties": () => [
    ["Element", "Property", "Meaning"],
    ...ofEachPart((source) => properties(source).map(([, name = "", , meaning = ""]) => [name, meaning])),
  ],
  "part-parts": () => [["Element", "Part", "What it is"], ...ofEachPart((source) => tags("csspart", source))],
  states: () => [["State", "When"], ...tags("cssstate")],
  slots: () => [
    ["Slot", "What it is for"],
    ...tags("slot").map(([name = "", ...rest]) => [name === "`-`" ? "(none)" : name, ...rest]),
  ],
};

function presetOf(name: OptionName): string {
  return optionHelp().find(({ flag }) => flag.split(" ")[0] === flagOf(name))?.preset ?? "";
}

function callRow({ method, path, summary, query, body, right }: HttpOperation): string[] {
  const asked = query ? `?${Object.keys(query.entries).join("&")}` : "";
  const given = body ? ` {${fieldNames(body).join(", ")}}` : "";
  return [code(`${method} ${path}${asked}${given}`), summary, rightOf(right)];
}

function fieldNames({ entries }: Fields): string[] {
  return Object.entries(entries).map(([name, { type }]) => (type === "exact_optional" ? `${name}?` : name));
}

function rightOf(right: HttpOperation["right"]): string {
  if (right === "guest") return "anybody, where guests are allowed";
  if (right === "app-admin") return "`admin` of all rooms";
  return (typeof right === "string" ? [right] : right).map(code).join(", ");
}

function statusRows(): string[][] {
  const codes = Object.entries(HTTP_STATUS) as [ErrorCode, number][];
  const statuses = [...new Set(codes.map(([, status]) => status))].toSorted((a, b) => a - b);
  return statuses.map((status) => [
    String(status),
    codes.flatMap(([name, its]) => (its === status ? code(name) : [])).join(", "),
  ]);
}

/** The element's docblock as name and meaning: ` * @fires chat-ready - the room is joined`. */
function tags(tag: string, source = element): string[][] {
  const found = source.matchAll(new RegExp(`^ \\* @${tag} (.+(?:\\n \\* (?!@)\\S.*)*)`, "gm"));
  return [...found].map(([, text = ""]) => {
    const [name = "", ...meaning] = text.replaceAll(/\n \* /g, " ").split(/(?:^| )- /);
    return [code(name || "-"), meaning.join(" - ")];
  });
}

function withDefault([name = "", meaning = ""]: string[]): string[] {
  const [, bare = name, preset] = /^`\[?([^=\]`]+)(?:=([^\]]+)\])?`$/.exec(name) ?? [];
  return [code(bare), preset === undefined ? "" : code(preset), meaning];
}

/** Rows about each part, with its name before the first of them. */
function ofEachPart(rows: (source: string) => string[][]): string[][] {
  return Object.entries(PARTS).flatMap(([name, source]) =>
    rows(source).map((row, at) => [at === 0 ? code(`<${name}>`) : "", ...row]),
  );
}

/** An element's reactive properties, each with the attribute that sets it. */
function properties(source = element): string[][] {
  const block = /static override properties = \{([^;]+)\};/.exec(source)?.[1] ?? "";
  const listed = [...block.matchAll(/(\w+): \{([^}]*)\}/g)].filter(
    ([, , options]) => !options?.includes("state"),
  );
  return listed.map(([, name = "", options = ""]) => {
    const attribute = options.includes("attribute: false")
      ? ""
      : code(/attribute: "([^"]+)"/.exec(options)?.[1] ?? name.toLowerCase());
    const { meaning, type, preset } = field(name, source);
    return [attribute, code(name), values(type, preset), meaning];
  });
}

/** What the class says of one of its fields. */
function field(name: string, source: string): { meaning: string; type: string; preset: string } {
  const pattern = new RegExp(
    String.raw`/\*\* ([^*]+) \*/\s+(?:get )?${name}(?:\(\))?\??(?:: ((?:[^=;{]|=>)+?))?(?: = ([^;]+))?(?:;| \{)`,
  );
  const [, meaning = "", type = "", preset = ""] = pattern.exec(source) ?? [];
  return { meaning, type: type.trim(), preset: preset.trim() };
}

function values(type: string, preset: string): string {
  if (preset === "false") return "present or not";
  if (type === "Announce") return values(announce, preset);
  if (!type.includes('"')) return "";
  const choices = type.split("|").map((choice) => choice.trim().replaceAll('"', ""));
  return choices.map((choice) => (`"${choice}"` === preset ? `**${choice}**` : choice)).join(", ");
}

function code(text: string): string {
  return `\`${text}\``;
}
