// Reads what the elements say of themselves in their docblocks, for those who do not read TypeScript: editors,
// catalogues, documents.
import { readdirSync, readFileSync } from "node:fs";

const SRC = new URL("../src/", import.meta.url);

/**
 * @typedef {{ name: string, description: string, preset?: string }} Named
 * @typedef {{ name: string, attribute?: string, type: string, values: string[], preset: string,
 *   description: string, isReflected: boolean, isReadonly: boolean }} Property
 * @typedef {{ name: string, parameters: { name: string, type: string, isOptional: boolean }[], type: string,
 *   description: string }} Method
 * @typedef {{ tag: string, className: string, module: string, summary: string, description: string,
 *   properties: Property[], methods: Method[], events: (Named & { className: string })[], slots: Named[],
 *   parts: Named[], cssProperties: Named[], states: Named[] }} ElementFacts
 */

/**
 * Every element that a page may use, by the map from tags to classes that TypeScript reads as well.
 *
 * @returns {ElementFacts[]}
 */
export function describeElements() {
  const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => file.endsWith(".ts"))
    .toSorted();
  const sources = new Map(files.map((file) => [file, readFileSync(new URL(file, SRC), "utf8")]));
  const all = [...sources.values()].join("\n");
  const classes = eventClasses(sources.get("events.ts") ?? "");
  return [...sources].flatMap(([module, source]) => {
    const tags = /interface HTMLElementTagNameMap \{([^}]*)\}/.exec(source)?.[1] ?? "";
    return [...tags.matchAll(/"([\w-]+)": (\w+);/g)].map(([, tag = "", className = ""]) =>
      describeElement({ tag, className, module, source, all, classes }),
    );
  });
}

/**
 * @param {{ tag: string, className: string, module: string, source: string, all: string,
 *   classes: Map<string, string> }} found
 * @returns {ElementFacts}
 */
function describeElement({ tag, className, module, source, all, classes }) {
  const start = source.indexOf(`export class ${className} extends `);
  const docblock = docblockBefore(source, start);
  const body = source.slice(start, source.indexOf("\n}\n", start) + 2);
  const [description = ""] = docblock.split(/^@/m);
  return {
    tag,
    className,
    module,
    summary: taggedIn(docblock, "summary")[0]?.description ?? firstSentence(description),
    description: description.trim(),
    properties: propertiesOf(body, all),
    methods: methodsOf(body),
    events: taggedIn(docblock, "fires").map((event) => ({
      ...event,
      className: classes.get(event.name) ?? "Event",
    })),
    slots: taggedIn(docblock, "slot"),
    parts: taggedIn(docblock, "csspart"),
    cssProperties: taggedIn(docblock, "cssproperty"),
    states: taggedIn(docblock, "cssstate"),
  };
}

/**
 * The text of the docblock that ends where something begins, without its stars.
 *
 * @param {string} source
 * @param {number} end
 */
function docblockBefore(source, end) {
  const from = source.lastIndexOf("/**", end);
  const text = source.slice(from + 3, source.lastIndexOf("*/", end));
  return text
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, ""))
    .join("\n")
    .trim();
}

/**
 * `@slot name - meaning`, `@cssproperty [--name=preset] - meaning`, over several lines where need be.
 *
 * @param {string} docblock
 * @param {string} tag
 * @returns {Named[]}
 */
function taggedIn(docblock, tag) {
  const found = docblock.matchAll(new RegExp(`^@${tag}\\b(.*(?:\\n(?!@|\\n).+)*)`, "gm"));
  return [...found].map(([, text = ""]) => {
    const line = text.replaceAll(/\s+/g, " ").trim();
    if (tag === "summary") return { name: "", description: line };
    const [, name = "", description = ""] = /^(\S*?) ?- (.*)$/.exec(line) ?? [];
    const [, bare = name, preset] = /^\[([^=\]]+)=(.+)\]$/.exec(name) ?? [];
    return { name: bare, description, ...(preset !== undefined && { preset }) };
  });
}

/**
 * @param {string} body
 * @param {string} all
 * @returns {Property[]}
 */
function propertiesOf(body, all) {
  const block = /static override properties = \{([\s\S]*?)\n? *\};/.exec(body)?.[1] ?? "";
  return [...block.matchAll(/(\w+): \{([^}]*)\}/g)]
    .filter(([, , options = ""]) => !options.includes("state: true"))
    .map(([, name = "", options = ""]) => {
      const attribute = options.includes("attribute: false")
        ? undefined
        : (/attribute: "([^"]+)"/.exec(options)?.[1] ?? name.toLowerCase());
      const { type, preset, description, isReadonly } = fieldOf(body, name);
      return {
        name,
        ...(attribute !== undefined && { attribute }),
        type,
        values: valuesOf(type, all),
        preset,
        description,
        isReflected: options.includes("reflect: true"),
        isReadonly,
      };
    });
}

/**
 * What the class says of one of its fields, or of the pair of accessors that stands for one.
 *
 * @param {string} body
 * @param {string} name
 */
function fieldOf(body, name) {
  const field = new RegExp(String.raw`^  ${name}(\??)(?:: ((?:[^=;]|=>)+?))?(?: = ([^;]+))?;$`, "m").exec(
    body,
  );
  if (field) {
    const [, optional = "", declared, preset = ""] = field;
    const type =
      declared ?? (/^(true|false)$/.test(preset) ? "boolean" : preset.startsWith('"') ? "string" : "number");
    return {
      type: optional === "" ? type : `${type} | undefined`,
      preset,
      description: oneLine(docblockBefore(body, field.index)),
      isReadonly: false,
    };
  }
  const getter = new RegExp(String.raw`^  get ${name}\(\): (.+) \{$`, "m").exec(body);
  if (!getter) throw new Error(`The property "${name}" is not declared as a field.`);
  return {
    type: getter[1] ?? "unknown",
    preset: "",
    description: oneLine(docblockBefore(body, getter.index)),
    isReadonly: !body.includes(`  set ${name}(`),
  };
}

/**
 * The texts that a property can be, if it is one of a few.
 *
 * @param {string} type
 * @param {string} all
 * @returns {string[]}
 */
function valuesOf(type, all) {
  const named = /^\w+$/.test(type)
    ? new RegExp(`^export type ${type} =([^;]+);`, "m").exec(all)?.[1]
    : undefined;
  const choices = (named ?? type).split("|").map((choice) => choice.trim());
  return choices.every((choice) => /^".*"$/.test(choice)) ? choices.map((choice) => choice.slice(1, -1)) : [];
}

/**
 * Methods that a page may call: those with a docblock, which those that only Lit calls have none of.
 *
 * @param {string} body
 * @returns {Method[]}
 */
function methodsOf(body) {
  const found = body.matchAll(
    /\*\/\n {2}(?:override )?(?:async )?(?!get |set |#|constructor|private |protected |static )(\w+)\(([^)]*)\): ([^{]+) \{$/gm,
  );
  const methods = [...found].map(([match, name = "", parameters = "", type = ""]) => ({
    name,
    parameters: parameters
      .split(",")
      .filter((parameter) => parameter.trim() !== "")
      .map((parameter) => {
        const [, bare = "", optional = "", kind = ""] = /^\s*(\w+)(\??): (.+)$/.exec(parameter) ?? [];
        return { name: bare, type: kind.trim(), isOptional: optional !== "" };
      }),
    type,
    description: oneLine(docblockBefore(body, body.indexOf(match) + 2)),
  }));
  // A method that frameworks may also set, as with the property of a pair of accessors.
  const callable = body.matchAll(/\*\/\n {2}get (\w+)\(\): \(\) => void \{$/gm);
  const called = [...callable].map(([match, name = ""]) => ({
    name,
    parameters: [],
    type: "void",
    description: oneLine(docblockBefore(body, body.indexOf(match) + 2)),
  }));
  return [...called, ...methods];
}

/**
 * Which class an event of a name is of, by what its constructor says.
 *
 * @param {string} source
 */
function eventClasses(source) {
  const found = source.matchAll(/export class (\w+) extends Event \{[\s\S]*?super\("([\w-]+)"/g);
  return new Map([...found].map(([, className = "", name = ""]) => [name, className]));
}

/** @param {string} text */
function oneLine(text) {
  return text.replaceAll(/\s+/g, " ").trim();
}

/** @param {string} text */
function firstSentence(text) {
  return /^.*?[.](?=\s|$)/.exec(oneLine(text))?.[0] ?? oneLine(text);
}
