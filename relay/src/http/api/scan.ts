/** Rows that one call looks at, at most, whatever is looked for: each costs a little of what everybody shares. */
const MOST_LOOKS = 2000;

/** A part of what fits, and the row after which to go on looking, if there may be more. */
export interface Scanned<Row> {
  found: Row[];
  rest?: Row;
}

/**
 * Looks through a long list for what fits, part by part. It may find fewer than asked for and still have a rest: what
 * it costs is bounded, and who asks goes on from there.
 *
 * @param part the rows after one, so many at most; fewer only at the end of the list
 * @param limit how many are wanted
 * @param size rows of a part
 */
export async function scan<Row>(
  part: (after: Row | undefined, size: number) => Promise<Row[]>,
  fits: (row: Row) => boolean,
  limit: number,
  size: number,
): Promise<Scanned<Row>> {
  const found: Row[] = [];
  let last: Row | undefined;
  for (let looks = 0; looks < MOST_LOOKS; looks += size) {
    const rows = await part(last, size);
    for (const row of rows) {
      if (fits(row)) {
        if (found.length === limit) return { found, ...(last !== undefined && { rest: last }) };
        found.push(row);
      }
      last = row;
    }
    if (rows.length < size) return { found };
  }
  return { found, ...(last !== undefined && { rest: last }) };
}
