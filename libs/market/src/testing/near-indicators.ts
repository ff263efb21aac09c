/** Indicators beside slow ones: equal but for what doubles leave over. */
import { type BarIndicators, indicatorValue } from '../bar-indicators.ts';
import type { IndicatorOutput } from '../indicators/indicator.ts';

export interface Magnitudes {
  readonly price: number;
  /** The largest that was summed up. */
  readonly volume: number;
}

export interface IndicatorsCompared {
  /** Values that both have. */
  readonly compared: number;
  /** The first that differs, in one line for people. */
  readonly difference: string | undefined;
}

/** Relative. */
const tolerance = 1e-9;

/** Differences of prices and sums of volumes may cancel out: there, what doubles leave of the prices and volumes. */
const leastOf = (unit: IndicatorOutput['unit'], { price, volume }: Magnitudes): number => {
  if (unit === 'price') return 1e-12 * price;
  return unit === 'base' ? Math.max(1e-6, 1e-12 * volume) : tolerance;
};

export function compareIndicators(
  outputs: readonly IndicatorOutput[],
  found: BarIndicators | undefined,
  expected: Readonly<Record<string, number | undefined>>,
  magnitudes: Magnitudes,
): IndicatorsCompared {
  let compared = 0;
  for (const { name, unit } of outputs) {
    const [ours, theirs] = [found && indicatorValue(found, name), expected[name]];
    if (theirs !== undefined) compared++;
    if (ours === undefined && theirs === undefined) continue;
    const allowed = Math.max(tolerance * Math.abs(theirs ?? 0), leastOf(unit, magnitudes));
    if (ours !== undefined && theirs !== undefined && Math.abs(ours - theirs) <= allowed) continue;
    return { compared, difference: `${name}: expected ${theirs}, found ${ours}` };
  }
  return { compared, difference: undefined };
}
