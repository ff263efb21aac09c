/** What one instrument adds to the market-wide numbers of a minute. */
import type { MinuteMetrics } from '../instrument-fold.ts';
import { type IntervalName, intervalMinutes } from '../interval.ts';
import { type ChangeBasis, changePercent, vwap, type Window } from '../window.ts';

type Measured = number | null | undefined;

/** Field by field the event of that name. */
export interface InstrumentMeasured {
  /** `exchange:market:symbol` */
  readonly instrument: string;
  readonly price: number;
  readonly change_5m?: Measured;
  readonly change_15m?: Measured;
  readonly change_1h?: Measured;
  readonly change_4h?: Measured;
  readonly change_1d?: Measured;
  readonly volume_1h?: Measured;
  readonly volume_1d?: Measured;
  readonly vwap_1h?: Measured;
}

export type MinuteNumbers = Pick<MinuteMetrics, 'price' | 'windows'>;

/** In minutes: without these windows it has nothing to say. */
export const marketWindows: readonly number[] = [5, 15, 60, 240, 1_440];

export function measureInstrument(
  instrument: string,
  { price, windows }: MinuteNumbers,
  basis: ChangeBasis,
): InstrumentMeasured {
  const windowOf = (interval: IntervalName): Window | undefined =>
    windows.find((window) => window.minutes === intervalMinutes[interval]);
  const change = (interval: IntervalName): number | null => {
    const window = windowOf(interval);
    return finite(window && changePercent(window, basis));
  };
  const hour = windowOf('1h');
  return {
    instrument,
    price,
    change_5m: change('5m'),
    change_15m: change('15m'),
    change_1h: change('1h'),
    change_4h: change('4h'),
    change_1d: change('1d'),
    volume_1h: finite(hour?.quoteVolume),
    volume_1d: finite(windowOf('1d')?.quoteVolume),
    vwap_1h: finite(hour && vwap(hour)),
  };
}

const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;
