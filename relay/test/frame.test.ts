import { expect, test } from "vitest";
import fc from "fast-check";
import * as ws from "ws";
import { Frame, frameOf } from "../src/frame.ts";

test.each([0, 1, 125, 126, 127, 65_535, 65_536, 70_000])(
  "a text of %i bytes is framed as ws frames it",
  (length) => {
    const text = "x".repeat(length);
    // `frame` is what ws sends by, and not in its published types.
    const { Sender } = ws as unknown as {
      Sender: { frame(data: Buffer, options: object): Buffer[] };
    };
    const options = { fin: true, opcode: 1, rsv1: false, mask: false, readOnly: true };
    const theirs = Buffer.concat(Sender.frame(Buffer.from(text), options));
    expect(new Frame(text).wire.equals(theirs)).toBe(true);
  },
);

test("what a frame says is what was put in, in UTF-8", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (text) => {
      expect(new Frame(text).text.toString("utf8")).toBe(text);
    }),
  );
});

test("packets make a JSON array", () => {
  expect(frameOf([]).text.toString()).toBe("[]");
  expect(frameOf(['{"a":1}', '{"b":"é"}']).text.toString()).toBe('[{"a":1},{"b":"é"}]');
});
