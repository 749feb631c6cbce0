import { expect, it } from "vitest";
import { noticeOf } from "../../src/banner/notice.ts";
import type { ChatError, ChatState } from "@natter/sdk";

const error = Object.assign(new Error("x"), { code: "offline", retryable: true }) as ChatError;
const waiting: ChatState = { status: "waiting", attempt: 1, retryAt: 5, error };

it("says nothing while all is well, nor before the first line stands", () => {
  expect(noticeOf({ status: "open" }, "live", true)).toBeUndefined();
  expect(noticeOf({ status: "connecting", attempt: 0 }, "joining", true)).toBeUndefined();
});

it("tells a lost line from a device without a network", () => {
  expect(noticeOf(waiting, "stale", true)).toEqual({ kind: "waiting", retryAt: 5 });
  expect(noticeOf(waiting, "stale", false)).toEqual({ kind: "offline" });
  expect(noticeOf({ status: "connecting", attempt: 2 }, "stale", true)).toEqual({ kind: "connecting" });
});

it("goes on telling of a first line that does not come, while it is tried again", () => {
  expect(noticeOf(waiting, "joining", true)).toEqual({ kind: "waiting", retryAt: 5 });
  expect(noticeOf({ status: "connecting", attempt: 1 }, "joining", true)).toEqual({ kind: "connecting" });
});

it("tells of catching up, and of a refusal", () => {
  expect(noticeOf({ status: "open" }, "recovering", true)).toEqual({ kind: "catching-up" });
  expect(noticeOf({ status: "refused", error }, "stale", true)).toEqual({ kind: "refused", error });
});
