import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { ChatErrorCode } from "@natter/sdk";
import { CLOSE_CODES, ERRORS, type CloseAction, type ErrorCode } from "@natter/sdk/protocol";
import { tableRows } from "./markdown.ts";

const page = readFileSync(new URL("../../docs/ERRORS.md", import.meta.url), "utf8");

const RETRY: Record<(typeof ERRORS)[ErrorCode]["retry"], string> = {
  no: "no",
  "new-token": "with a new token",
  later: "later",
  yes: "yes",
};

const ACTION: Record<CloseAction, string> = {
  stop: "stops",
  renew: "asks for a new token",
  spread: "reconnects, spread",
  retry: "reconnects",
};

const OF_THE_SDK: Record<Exclude<ChatErrorCode, ErrorCode>, true> = {
  offline: true,
  timeout: true,
  closed: true,
};

test("docs/ERRORS.md tells every code as the catalogue has it", () => {
  const told = tableRows(page, ["Code", "What happened", "Try again"]).map((cells) => cells.slice(0, 3));
  const known = Object.entries(ERRORS).map(([code, { meaning, retry }]) => [code, meaning, RETRY[retry]]);
  expect(told).toEqual(known);
});

test("docs/ERRORS.md says for every code what to do", () => {
  const told = tableRows(page, ["Code", "What happened", "Try again"]);
  expect(told.filter((cells) => !/^[A-Z`].*\.$/.test(cells[3] ?? ""))).toEqual([]);
});

test("docs/ERRORS.md tells the codes that only the SDK has", () => {
  const told = tableRows(page, ["Code", "What happened", "What to do"]).map(([code]) => code);
  expect(told).toEqual(Object.keys(OF_THE_SDK));
});

test("docs/ERRORS.md tells every close code as the catalogue has it", () => {
  const told = tableRows(page, ["Code", "Name"]);
  const known = Object.entries(CLOSE_CODES).map(([code, { name, meaning, action }]) => [
    code,
    name,
    meaning,
    ACTION[action],
  ]);
  expect(told).toEqual(known);
});
