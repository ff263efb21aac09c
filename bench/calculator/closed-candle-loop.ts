/** What a closed candle costs, and what a window costs where it is added up from its candles each time. */
import { createHash } from 'node:crypto';
import { type Candle, InstrumentState, type InstrumentStateOptions, type Window } from '@screener/market';
import { CandleSeries } from './bars.ts';

export interface CandleRun {
  readonly instruments: number;
  /** Before these are measured, as many as a day has make all windows full. */
  readonly minutes: number;
  /** Minutes that are measured at once; their candles are made before. */
  readonly batchMinutes: number;
}

export interface MeasuredCandle {
  /** The window of a day as of this candle; what else there is, is computed too. */
  add(candle: Candle): Window | undefined;
}

const dayMinutes = 1_440;

/** All instruments in turn, minute by minute, as they come: what one leaves in the processor's cache, the next ones push out. */
export function measureCandles(create: () => MeasuredCandle, { instruments, minutes, batchMinutes }: CandleRun) {
  const all = Array.from({ length: instruments }, (_, index) => ({
    measured: create(),
    candles: new CandleSeries(index + 1),
  }));
  const hash = createHash('sha256');
  let cpuUs = 0;
  for (let minute = 0; minute < dayMinutes + minutes; minute += batchMinutes) {
    const batches = all.map(({ candles }) => Array.from({ length: batchMinutes }, () => candles.next()));
    const last: (Window | undefined)[] = [];
    const began = process.cpuUsage();
    for (let index = 0; index < batchMinutes; index += 1) {
      for (let each = 0; each < all.length; each += 1) {
        last[each] = all[each]?.measured.add(batches[each]?.[index] as Candle);
      }
    }
    const { user, system } = process.cpuUsage(began);
    if (minute < dayMinutes) continue;
    cpuUs += user + system;
    hash.update(JSON.stringify(last));
  }
  return { cpuUs, output: hash.digest('hex') };
}

export function measuredState(options: InstrumentStateOptions): MeasuredCandle {
  const state = new InstrumentState(options);
  return {
    add(candle) {
      const metrics = state.add(candle);
      if (metrics.outcome === 'refused') throw new Error(metrics.text);
      return metrics.windows.at(-1);
    },
  };
}
