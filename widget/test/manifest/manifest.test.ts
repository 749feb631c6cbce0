import { readFileSync, readdirSync } from "node:fs";
import { basename } from "node:path";
import { expect, it } from "vitest";
import { customElements } from "../../manifest/custom-elements.mjs";
import { describeElements } from "../../manifest/describe.mjs";
import { manifestFiles } from "../../manifest/files.mjs";

const SRC = new URL("../../src/", import.meta.url);
const elements = describeElements();
const room = elements.find(({ tag }) => tag === "chat-room");
const files = [...(await manifestFiles())].map(([path, text]) => ({ name: basename(path), path, text }));

it.each(files)("$name is what the docblocks say (`npm run manifest --workspace @natter/widget`)", (file) => {
  expect(readFileSync(file.path, "utf8")).toBe(file.text);
});

it("knows every element that TypeScript knows by its tag", () => {
  const declared = readdirSync(SRC, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .flatMap((path) => [
      ...readFileSync(new URL(path, SRC), "utf8").matchAll(/^ {4}"(chat-[\w-]+)": \w+;$/gm),
    ])
    .map(([, tag]) => tag);
  const known = elements.map(({ tag }) => tag);
  expect(known).toContain("chat-room");
  for (const tag of known) expect(declared).toContain(tag);
});

it("leaves nothing without a meaning", () => {
  for (const {
    tag,
    description,
    properties,
    methods,
    events,
    slots,
    parts,
    cssProperties,
    states,
  } of elements) {
    expect(description, tag).not.toBe("");
    for (const each of [
      ...properties,
      ...methods,
      ...events,
      ...slots,
      ...parts,
      ...cssProperties,
      ...states,
    ]) {
      expect(each.description, `${tag} ${each.name}`).not.toBe("");
    }
  }
});

it("tells of the room's attributes, events and methods with their types", () => {
  expect(room?.properties.find(({ name }) => name === "layout")).toMatchObject({
    attribute: "layout",
    values: ["inline", "bubble"],
    preset: '"inline"',
    isReflected: true,
  });
  expect(room?.properties.find(({ name }) => name === "tokenUrl")).toMatchObject({ attribute: "token-url" });
  expect(room?.properties.find(({ name }) => name === "announce")?.values).toEqual([
    "all",
    "mentions",
    "off",
  ]);
  expect(room?.properties.find(({ name }) => name === "getToken")?.attribute).toBeUndefined();
  expect(room?.properties.map(({ name }) => name)).not.toContain("task");
  expect(room?.events.find(({ name }) => name === "chat-unread")?.className).toBe("ChatUnreadEvent");
  expect(room?.methods.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["open", "close", "toggle", "focus", "send"]),
  );
});

it("is a manifest that readers of the format take", () => {
  const { schemaVersion, modules } = customElements(elements);
  expect(schemaVersion).toBe("2.1.0");
  for (const { kind, path, declarations, exports } of modules) {
    expect(kind).toBe("javascript-module");
    expect(path).toMatch(/^dist\/[\w/-]+\.js$/);
    expect(exports.map(({ declaration }) => declaration.name)).toContain(declarations[0]?.name);
  }
});
