import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { CLIENT_PACKETS, PROTOCOL_VERSION, RELAY_PACKETS, SUBPROTOCOL } from "@natter/sdk/protocol";
import { historyResult } from "../../src/protocol/history-packets.ts";
import { joinResult, membersResult } from "../../src/protocol/membership-packets.ts";
import { restrictionsResult } from "../../src/protocol/moderation-packets.ts";
import { stored } from "../../src/protocol/posting-packets.ts";

/**
 * What the wire looks like, by version. When this test fails, the wire has changed. Ask: is there a frame that
 * was valid and now is not, or that means something else?
 *
 * - Yes: raise PROTOCOL_VERSION, say in `version.ts` what changed, and pin the new hash under the new number.
 * - No (an optional field or a packet was added, a limit was raised): pin the new hash under the same number.
 *
 * Either way golden frames and docs/PROTOCOL.md change in the same commit.
 */
const WIRE: Record<number, string> = {
  1: "fa94f6ed49ee1541",
};

test("the wire has not changed under its version", () => {
  const results = { historyResult, joinResult, membersResult, restrictionsResult, stored };
  const schemas = { CLIENT_PACKETS, RELAY_PACKETS, ...results };
  const hash = createHash("sha256").update(outline(schemas)).digest("hex").slice(0, 16);
  expect(hash, "The wire changed; read the comment in version.test.ts.").toBe(WIRE[PROTOCOL_VERSION]);
});

test("the subprotocol names the version", () => {
  expect(SUBPROTOCOL).toBe(`natter.v${PROTOCOL_VERSION}`);
});

/** The parts of a valibot schema that decide what it takes; sentences for people may change freely. */
const DECIDING = [
  "type",
  "entries",
  "options",
  "key",
  "value",
  "item",
  "items",
  "rest",
  "wrapped",
  "pipe",
  "literal",
  "requirement",
];

/** Everything that decides about a frame, as one text that is the same on every machine. */
function outline(part: unknown): string {
  if (part instanceof RegExp) return String(part);
  if (Array.isArray(part)) return `[${part.map(outline).join(",")}]`;
  if (typeof part !== "object" || part === null) return JSON.stringify(part) ?? "undefined";
  const isSchema = "kind" in part && "reference" in part;
  if (!isSchema) return members(Object.entries(part));
  const deciding = Object.entries(part).filter(([key]) => DECIDING.includes(key));
  // A check is a function; its sentence is the one stable word about what it checks.
  const checks = deciding.some(([key, value]) => key === "requirement" && typeof value === "function");
  const opaque = checks || (part as { type?: unknown }).type === "custom";
  return members(opaque ? [...deciding, ["message", (part as { message?: unknown }).message]] : deciding);
}

function members(entries: [string, unknown][]): string {
  const told = entries
    .filter(([, value]) => typeof value !== "function")
    .map(([key, value]) => `${key}:${outline(value)}`);
  return `{${told.toSorted().join(",")}}`;
}
