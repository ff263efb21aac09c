export interface SparklinePaths {
  readonly line: string;
  readonly area: string;
  readonly rising: boolean;
}

/** Room for half the stroke above and below. */
const MARGIN = 1.5;

/** SVG paths of a series stretched over width and height; a flat series is a line through the middle. */
export function sparklinePaths(points: readonly number[], width: number, height: number): SparklinePaths {
  const low = Math.min(...points);
  const high = Math.max(...points);
  const stepX = width / Math.max(points.length - 1, 1);
  const y = (value: number) =>
    high === low ? height / 2 : MARGIN + ((high - value) / (high - low)) * (height - 2 * MARGIN);
  const corners = points.map((value, index) => `${round(index * stepX)} ${round(y(value))}`);
  const line = `M${corners.join('L')}`;
  return {
    line,
    area: `${line}L${width} ${height}L0 ${height}Z`,
    rising: (points.at(-1) ?? 0) >= (points[0] ?? 0),
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
