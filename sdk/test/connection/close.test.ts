import { expect, test } from "vitest";
import { actionAfter, closeError } from "../../src/connection/close.ts";
import { closeAction } from "../../src/protocol/index.ts";

test("for every close code there is, the client does what the protocol's table says", () => {
  for (let code = 1000; code < 5000; code++)
    expect([code, actionAfter(code)]).toEqual([code, closeAction(code)]);
});

test("an end without a word is offline; any other is named by its code", () => {
  expect(closeError(1006)).toMatchObject({ code: "offline", retryable: true });
  expect(closeError(1013)).toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("1013") as string,
  });
});
