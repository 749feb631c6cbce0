// Bars, as SVG: one for each entrant, as long as its figure, with the figure beside it.
const WIDTH = 720;
const LABELS = 250;
const BAR = 22;
const STEP = 32;
const TOP = 56;
const FIGURES = 90;

/** @typedef {{ label: string, value: number, text: string, isOurs: boolean }} Bar */

/**
 * @param {string} title
 * @param {string} unit what the bars are
 * @param {readonly Bar[]} bars
 */
export function plotOf(title, unit, bars) {
  const shown = bars.filter(({ value }) => Number.isFinite(value));
  const most = Math.max(...shown.map(({ value }) => value));
  const height = TOP + shown.length * STEP + 8;
  const rows = shown.map(({ label, value, text, isOurs }, row) => {
    const y = TOP + row * STEP;
    const width = Math.max(1, (value / most) * (WIDTH - LABELS - FIGURES));
    const middle = y + BAR / 2 + 4.5;
    return [
      `<text x="${LABELS - 10}" y="${middle}" text-anchor="end">${escaped(label)}</text>`,
      `<rect x="${LABELS}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="3" fill="${isOurs ? "#2f6fde" : "#9aa4b2"}"/>`,
      `<text x="${(LABELS + width + 8).toFixed(1)}" y="${middle}">${escaped(text)}</text>`,
    ].join("\n  ");
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="13" fill="#1c2530" role="img" aria-label="${escaped(title)}">
  <rect width="100%" height="100%" fill="#fff"/>
  <text x="16" y="24" font-size="15" font-weight="600">${escaped(title)}</text>
  <text x="16" y="43" fill="#5b6673">${escaped(unit)}</text>
  ${rows.join("\n  ")}
</svg>
`;
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
