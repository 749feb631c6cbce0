import { beforeEach, expect, test } from "vitest";
import { jsonLog } from "../../src/telemetry/json-log.ts";
import type { Log } from "../../src/telemetry/log.ts";

let lines: string[];
let log: Log;

beforeEach(() => {
  lines = [];
  log = jsonLog("info", { write: (line) => void lines.push(line) });
});

function only(): Record<string, unknown> {
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? "") as Record<string, unknown>;
}

test("[OPS7] [AZ-12] whatever is in a field, an event is one line that no terminal obeys", () => {
  const nasty = "a\r\nb\u001b[2Jc\u009b31md\u007fe\u2028f\u202eg\u0000h\u200bi";
  log.info({ name: nasty }, "Somebody came.");
  expect(lines[0]?.slice(0, -1)).toMatch(/^[ -~]+$/);
  expect(lines[0]?.endsWith("}\n")).toBe(true);
  expect(only()).toMatchObject({ name: nasty, msg: "Somebody came." });
});

test("[OPS7] a field of a megabyte is cut", () => {
  log.info({ name: "x".repeat(1_000_000) }, "Somebody came.");
  expect(lines[0]?.length).toBeLessThan(1000);
  expect(only()["name"]).toContain("(1000000 characters)");
});

test("[OPS7] tokens and secrets are taken out by the names of their fields", () => {
  log.info({ token: "abc", headers: { authorization: "Bearer abc", cookie: "abc" }, secret: "abc" }, "x");
  expect(lines[0]).not.toContain("abc");
});

test("[OPS7] of an error its kind, message, stack and causes are told, and nothing that hangs on it", () => {
  const cause = Object.assign(new Error("disk full"), { code: "ENOSPC" });
  const error = Object.assign(new TypeError("it broke", { cause }), {
    draft: { text: "very private words" },
  });
  log.info({ err: error }, "The engine failed.");
  expect(lines[0]).not.toContain("very private words");
  expect(only()).toMatchObject({
    err: { type: "TypeError", message: "it broke", cause: { message: "disk full", code: "ENOSPC" } },
  });
  expect((only()["err"] as { stack: string }).stack).toContain("json-log.test");
});

test("an error whose causes go round is told as far as it goes", () => {
  const error = new Error("round");
  error.cause = error;
  log.info({ err: error }, "x");
  expect(only()["err"]).toMatchObject({ cause: { cause: { message: "round" } } });
});

test("[OPS7] below its level nothing is written", () => {
  log.debug({}, "x");
  expect(lines).toEqual([]);
});
