import { expect, test } from "vitest";
import { scan, type Scanned } from "../../src/http/api/scan.ts";

const NUMBERS = Array.from({ length: 10_000 }, (_, at) => at + 1);
let looks = 0;

function part(after: number | undefined, size: number): Promise<number[]> {
  const rows = NUMBERS.slice(after ?? 0, (after ?? 0) + size);
  looks += rows.length;
  return Promise.resolve(rows);
}

const search = (fits: (row: number) => boolean, limit: number, size: number): Promise<Scanned<number>> => {
  looks = 0;
  return scan(part, fits, limit, size);
};

test("a page is as long as asked for, and says where the next begins", async () => {
  expect(await search(() => true, 3, 4)).toEqual({ found: [1, 2, 3], rest: 3 });
  expect(looks).toBe(4);
  expect(await search((row) => row % 10 === 0, 3, 8)).toEqual({ found: [10, 20, 30], rest: 39 });
});

test("the last page has no rest", async () => {
  const few = (after: number | undefined): Promise<number[]> =>
    Promise.resolve([1, 2, 3].filter((row) => row > (after ?? 0)));
  expect(await scan(few, () => true, 3, 4)).toEqual({ found: [1, 2, 3] });
  expect(await scan(few, () => false, 3, 4)).toEqual({ found: [] });
});

test("[P6] what one call looks at is bounded, and the next goes on from there", async () => {
  const { found, rest } = await search((row) => row > 2500, 3, 500);
  expect([found, rest, looks]).toEqual([[], 2000, 2000]);
});
