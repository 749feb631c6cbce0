import { expect, test } from "vitest";
import { ChatError, type ChatErrorCode } from "../src/index.ts";
import { ERRORS, type ErrorCode } from "../src/protocol/index.ts";

test("retryable says of every code what the catalogue says", () => {
  for (const [code, { retry }] of Object.entries(ERRORS) as [ErrorCode, { retry: string }][]) {
    const { retryable } = new ChatError(code, "");
    expect([code, retryable]).toEqual([code, retry === "yes" || retry === "later"]);
  }
});

test("of a client's own troubles, all pass but the one that it asked for", () => {
  const own: Record<Exclude<ChatErrorCode, ErrorCode>, boolean> = {
    offline: true,
    timeout: true,
    closed: false,
  };
  for (const [code, retryable] of Object.entries(own)) {
    expect(new ChatError(code as ChatErrorCode, "").retryable).toBe(retryable);
  }
});

test("an error carries what it was told, and nothing that it was not", () => {
  const cause = new TypeError("fetch failed");
  const error = new ChatError("slow-mode", "Wait.", { retryAfter: 3_000, cause });
  expect(error).toMatchObject({
    name: "ChatError",
    code: "slow-mode",
    message: "Wait.",
    retryAfter: 3_000,
    cause,
  });
  expect(error).toBeInstanceOf(Error);
  expect(Object.hasOwn(new ChatError("muted", ""), "cause")).toBe(false);
});
