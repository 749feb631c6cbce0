import type { Statements } from "./statements.ts";

// What the first byte of a B-tree page can be; the inner ones have a longer header.
const INNER = new Set([2, 5]);
const LEAF = new Set([10, 13]);
const FILE_HEADER_BYTES = 100;

/**
 * Overwrites what is left of moved rows in a range of pages. `secure_delete` overwrites a row where it is
 * deleted, but when SQLite divides a full page it copies rows to a new one and leaves the old copies in the
 * space that becomes free: erased later, a text would still stand there. That space lies between the list of a
 * page's rows and the rows, and no reader looks at it. Must run in a transaction; tells how many pages changed.
 */
export function scrubPages(statements: Statements, from: number, to: number): number {
  let changed = 0;
  for (const { pgno, data } of statements.pages.all(from, to)) {
    const page = new Uint8Array(data);
    const free = freeSpace(page, pgno === 1 ? FILE_HEADER_BYTES : 0);
    if (!free || free.every((byte) => byte === 0)) continue;
    free.fill(0);
    statements.rewritePage.run(pgno, page);
    changed++;
  }
  return changed;
}

/**
 * The unallocated space of a B-tree page (SQLite file format, section 1.6); undefined for pages of other kinds.
 * Those begin with the high byte of a page number, which is under 2 in files below 128 GiB.
 */
function freeSpace(page: Uint8Array, header: number): Uint8Array | undefined {
  const kind = page[header] ?? 0;
  if (!INNER.has(kind) && !LEAF.has(kind)) return undefined;
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  const rows = view.getUint16(header + 3);
  const begin = header + (INNER.has(kind) ? 12 : 8) + 2 * rows;
  // 0 stands for 65,536, which only a page of that size can mean.
  const end = view.getUint16(header + 5) || page.byteLength;
  return begin < end && end <= page.byteLength ? page.subarray(begin, end) : undefined;
}

/** Above this, the first byte no longer tells what a page is. */
export const MAX_SCRUBBED_PAGES = 0x02_00_00_00 - 1;
