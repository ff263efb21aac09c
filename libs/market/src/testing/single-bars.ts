import type { BarSource } from '../bar-indicators.ts';
import type { IndicatorBar } from '../indicators/indicator.ts';

/** A source that has this bar, of so many minutes, and no other. */
export const singleBar = (minutes: number, bar: IndicatorBar | undefined): BarSource => ({
  whole: (asked) => (asked === minutes ? bar : undefined),
  candles: () => undefined,
});
