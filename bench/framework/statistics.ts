export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** Between the two nearest values, in proportion. */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('no values');
  const sorted = Float64Array.from(values).sort();
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** Least squares: the value of the line at the first and at the last x. */
export function fittedEnds(points: readonly (readonly [x: number, y: number])[]): { first: number; last: number } {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2) throw new RangeError('too few points for a line');
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const variance = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const at = (x: number): number => meanY + (covariance / variance) * (x - meanX);
  return { first: at(first[0]), last: at(last[0]) };
}
