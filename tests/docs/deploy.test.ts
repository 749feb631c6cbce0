import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { METRICS } from "./generated.ts";
import { markedBlocks } from "./markdown.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const read = (file: string): string => readFileSync(ROOT + file, "utf8");

interface Panel {
  title: string;
  description: string;
  targets: { expr: string }[];
}

describe("the deployment files", () => {
  const blocks = markedBlocks(read("docs/OPERATING.md"), "file");

  test.each(blocks)("$name is what docs/OPERATING.md shows", ({ name, code }) => {
    expect(`${code}\n`).toBe(read(name));
  });

  test("are each mentioned where operators look", () => {
    const page = read("docs/OPERATING.md");
    const files = readdirSync(`${ROOT}relay/deploy`).filter((file) => !file.endsWith(".dockerignore"));
    expect(files.filter((file) => !page.includes(`relay/deploy/${file}`))).toEqual([]);
  });

  test("the unit runs the relay as nobody in particular, stops it in more time than it drains, and restarts it", () => {
    const unit = read("relay/deploy/natter.service");
    for (const line of [
      "DynamicUser=yes",
      "NoNewPrivileges=yes",
      "ProtectSystem=strict",
      "CapabilityBoundingSet=",
      "StateDirectory=natter",
      "Restart=always",
    ]) {
      expect(unit.split("\n")).toContain(line);
    }
    expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThan(10);
    expect(unit).toContain("natter-relay 127.0.0.1:8000");
  });

  test("the unit asks for nothing that keeps JavaScript from being compiled", () => {
    expect(read("relay/deploy/natter.service")).not.toMatch(/^MemoryDenyWriteExecute=yes/m);
  });
});

describe("the dashboard", () => {
  const { panels } = JSON.parse(read("relay/deploy/grafana.json")) as { panels: Panel[] };
  const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  const used = new Set(expressions.flatMap((expr) => expr.match(/\b(?:natter|process|nodejs)_\w+/g) ?? []));
  const names = METRICS.flatMap(({ name, type }) =>
    type === "histogram" ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
  );

  test("[OPS6] names only metrics that exist", () => {
    expect(used.size).toBeGreaterThan(15);
    expect([...used].filter((name) => !names.includes(name))).toEqual([]);
  });

  test("shows every metric of the relay", () => {
    const shown = (name: string): boolean => [...used].some((each) => each.startsWith(name));
    const missing = METRICS.map(({ name }) => name).filter(
      (name) => name.startsWith("natter_") && !shown(name),
    );
    // The version is what the list of relays is made from.
    expect(missing).toEqual(["natter_info"]);
  });

  test("every panel says what it shows, and asks for the relays that were chosen", () => {
    expect(panels.filter(({ title, description }) => !title || !description)).toEqual([]);
    expect(expressions.filter((expr) => !expr.includes("$instance"))).toEqual([]);
  });
});
