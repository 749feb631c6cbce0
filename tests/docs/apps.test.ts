import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { appConfigs } from "../../relay/src/apps/plan.ts";
import { readConfig } from "../../relay/src/config.ts";
import { FIXED, PER_APP } from "../../relay/src/options.ts";

const page = readFileSync(new URL("../../docs/OPERATING.md", import.meta.url), "utf8");
const section = /## Apps and keys\n([\s\S]*?)\n## /.exec(page)?.[1] ?? "";

test("the config file of the example is taken as it stands", () => {
  const example = /```json\n([\s\S]*?)\n```/.exec(section)?.[1] ?? "";
  const config = readConfig({ flags: { config: "natter.json" }, env: {}, readFile: () => example });
  expect(appConfigs(config).map(({ id, keys }) => [id, keys.length])).toEqual([
    ["shop", 2],
    ["club", 1],
  ]);
});

test("every setting that an app may have for itself is named", () => {
  const row = (start: string): string => section.split("\n").find((line) => line.startsWith(start)) ?? "";
  const limits = Object.entries(PER_APP).flatMap(([name, where]) => (where === "limits" ? [name] : []));
  expect(named(row("| `limits` "))).toEqual(["limits", ...limits]);
  const own = Object.entries(PER_APP).flatMap(([name, where]) => (where === "app" ? [name] : []));
  expect(named(row("| `origins`"))).toEqual(own);
});

test("every setting that only a restart changes is named", () => {
  const sentence = /Only a restart changes ([^,]+(?:,[^,]+)*), and the address/.exec(section)?.[1] ?? "";
  expect(named(sentence)).toEqual(FIXED);
});

function named(text: string): string[] {
  return [...text.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name);
}
