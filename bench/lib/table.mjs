// Tables that people and documents can read.

/** @param {readonly number[]} values @param {number} share from 0 to 1 */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** @param {readonly string[]} heads @param {readonly (readonly (string | number)[])[]} rows */
export function table(heads, rows) {
  const lines = [heads, heads.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** @param {number} value */
export function ms(value) {
  return value >= 100 ? `${Math.round(value)} ms` : `${value.toFixed(value >= 10 ? 1 : 2)} ms`;
}

/**
 * The same table with its columns aligned, all but the first to the right.
 *
 * @param {readonly string[]} heads
 * @param {readonly (readonly string[])[]} rows
 */
export function aligned(heads, rows) {
  const widths = heads.map((head, column) => {
    return Math.max(3, ...[head, ...rows.map((row) => row[column] ?? "")].map((cell) => [...cell].length));
  });
  /** @param {string} cell @param {number} column */
  const pad = (cell, column) => {
    const space = " ".repeat(Math.max(0, (widths[column] ?? 0) - [...cell].length));
    return column === 0 ? cell + space : space + cell;
  };
  const rule = widths.map((width, column) =>
    column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  return [heads.map(pad), rule, ...rows.map((row) => row.map(pad))]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}
