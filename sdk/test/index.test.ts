import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import * as sdk from "../src/index.ts";
import { SDK_VERSION } from "../src/version.ts";

const HERE = fileURLToPath(new URL("..", import.meta.url));
const manifest = JSON.parse(readFileSync(`${HERE}package.json`, "utf8")) as {
  version: string;
  sideEffects: unknown;
};

test("the client entry offers these values, and no others", () => {
  expect(Object.keys(sdk).sort()).toEqual([
    "ChatError",
    "Unauthorized",
    "connect",
    "memoryStorage",
    "systemClock",
  ]);
});

test("the version that is told to relays is the package's", () => {
  expect(SDK_VERSION).toBe(manifest.version);
});

test("[SDK7] the client entry imports nothing outside this package, and nothing that does", () => {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const source = readFileSync(file, "utf8");
    // Types vanish when compiled; what is left is what runs.
    for (const [, from] of source.matchAll(/^(?:import|export) (?!type )[^;]*?from "([^"]+)";/gms)) {
      expect(from, file).toMatch(/^\.\.?\//);
      visit(fileURLToPath(new URL(from ?? "", `file://${file}`)));
    }
  };
  visit(`${HERE}src/index.ts`);
  expect(seen.size).toBeGreaterThan(20);
  expect([...seen].some((file) => file.includes("decode"))).toBe(false);
});

test("[SDK7] importing touches nothing of the page", async () => {
  expect(manifest.sideEffects).toBe(false);
  const touched: string[] = [];
  const names = ["document", "localStorage", "navigator", "addEventListener", "WebSocket", "fetch", "crypto"];
  const before = names.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
  for (const name of names) {
    Object.defineProperty(globalThis, name, { configurable: true, get: () => void touched.push(name) });
  }
  vi.resetModules();
  const fresh = await import("../src/index.ts");
  for (const [name, descriptor] of before) {
    Reflect.deleteProperty(globalThis, name);
    if (descriptor) Object.defineProperty(globalThis, name, descriptor);
  }
  expect(fresh).not.toBe(sdk);
  expect(touched).toEqual([]);
});

test("in Node without a WebSocket, connecting says what is missing and throws nothing", async () => {
  vi.stubGlobal("WebSocket", undefined);
  const chat = sdk.connect({ relay: "https://relay.example", token: "x" });
  chat.room("lobby").view();
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(chat.state.status).toBe("refused");
  chat.close();
  vi.unstubAllGlobals();
});
