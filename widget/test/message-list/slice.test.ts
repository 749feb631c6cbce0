import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Heights } from "../../src/message-list/heights.ts";
import { itemAt, MOST_DRAWN, sliceAround, WHOLE_UP_TO } from "../../src/message-list/slice.ts";

describe("the part of a list that is drawn", () => {
  it("is all of it up to two hundred", () => {
    const slice = sliceAround(WHOLE_UP_TO, () => 50, { at: 7, topPx: 0 }, 500);
    expect(slice).toEqual({ from: 0, to: WHOLE_UP_TO, abovePx: 0, belowPx: 0 });
  });

  it("covers the view and a way beyond, and leaves room for the rest", () => {
    const slice = sliceAround(1000, () => 50, { at: 500, topPx: -20 }, 400);
    expect(slice.from).toBe(500 - 12);
    expect(slice.to).toBe(500 + 21);
    expect(slice.abovePx).toBe(slice.from * 50);
    expect(slice.belowPx).toBe((1000 - slice.to) * 50);
  });

  it("is the last of it for who is at the end", () => {
    expect(sliceAround(1000, () => 50, { at: 1000, topPx: 400 }, 400)).toMatchObject({
      to: 1000,
      belowPx: 0,
    });
  });

  it("is never more than promised, and always what is looked at", () => {
    fc.assert(
      fc.property(
        fc.record({
          count: fc.integer({ min: 201, max: 20_000 }),
          share: fc.float({ min: 0, max: 1, noNaN: true }),
          topPx: fc.integer({ min: -300, max: 3000 }),
          viewPx: fc.integer({ min: 0, max: 6000 }),
          height: fc.integer({ min: 1, max: 400 }),
        }),
        ({ count, share, topPx, viewPx, height }) => {
          const at = Math.floor(count * share);
          const { from, to } = sliceAround(count, () => height, { at, topPx }, viewPx);
          expect(to - from).toBeLessThanOrEqual(MOST_DRAWN);
          expect(MOST_DRAWN).toBeLessThanOrEqual(300);
          expect(from).toBeLessThanOrEqual(at);
          expect(to).toBeGreaterThanOrEqual(at);
        },
      ),
    );
  });

  it("finds what stands at a distance from the beginning", () => {
    expect(itemAt(10, () => 50, 120)).toEqual({ at: 2, topPx: -20 });
    expect(itemAt(10, () => 50, 9999)).toEqual({ at: 10, topPx: 0 });
  });
});

describe("heights", () => {
  it("takes the known ones on average for those not drawn yet, and forgets them in another width", () => {
    const heights = new Heights();
    const guess = heights.of("a");
    expect(guess).toBeGreaterThan(0);
    heights.fit(300);
    heights.set("a", 100);
    heights.set("b", 50);
    heights.set("b", 60);
    expect(heights.of("a")).toBe(100);
    expect(heights.of("c")).toBe(80);
    heights.fit(300);
    expect(heights.of("c")).toBe(80);
    heights.fit(200);
    expect(heights.of("a")).toBe(guess);
  });
});
