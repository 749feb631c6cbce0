import * as lits from "@lit/reactive-element/css-tag.js";
import { expect, it } from "vitest";
import * as ours from "../../bundle/lit-styles.mjs";

it("has all that Lit's own module has", () => {
  expect(Object.keys(ours).toSorted()).toEqual(Object.keys(lits).toSorted());
});

it.each([
  [
    "alone",
    ({ css }: typeof lits) => css`
      a {
        content: "\2022";
      }
    `,
  ],
  [
    "with a number",
    ({ css }: typeof lits) => css`
      a {
        order: ${2};
      }
    `,
  ],
  [
    "within others",
    ({ css }: typeof lits) => css`
      ${css`
        a {
          order: 1;
        }
      `} b {
        order: 2;
      }
    `,
  ],
  [
    "of a text",
    ({ css, unsafeCSS }: typeof lits) => css`
      .hue-${unsafeCSS("7")} {
        order: 1;
      }
    `,
  ],
])("makes the same of styles %s", (_, make) => {
  expect(String(make(ours as unknown as typeof lits))).toBe(String(make(lits)));
});
