/**
 * Rows as text, every column but the last as wide as its widest cell. The last is broken between words, so that
 * it stays within the width of a terminal.
 *
 * @param width characters of a line
 */
export function columns(rows: readonly (readonly string[])[], width = 110): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: Math.max(0, count - 1) }, (_, at) =>
    Math.max(...rows.map((row) => [...(row[at] ?? "")].length)),
  );
  const indent = widths.reduce((sum, each) => sum + each + 2, 0);
  return rows.flatMap((row) => {
    const head = widths.map((each, at) => (row[at] ?? "").padEnd(each + 2)).join("");
    const [first = "", ...others] = broken(row[count - 1] ?? "", Math.max(30, width - indent));
    return [(head + first).trimEnd(), ...others.map((line) => " ".repeat(indent) + line)];
  });
}

function broken(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}
