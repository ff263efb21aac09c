import { type Candle, flatMetrics, flatMetricTable, InstrumentState, indicatorTable } from '@screener/market';
import { serveSide } from '../../framework/serve-side.ts';
import { barsBefore, CandleSeries } from '../bars.ts';
import type { Memory, MemoryRun } from '../memory.ts';

const intervals = [...new Set(indicatorTable.flatMap((row) => row.intervals))];

interface Instrument {
  readonly candles: CandleSeries;
  readonly state: InstrumentState;
}

let instruments: readonly Instrument[] = [];

serveSide({
  async fill({ instruments: count, minutes }: MemoryRun): Promise<Memory> {
    instruments = Array.from({ length: count }, (_, index) => ({
      candles: new CandleSeries(index + 1),
      state: new InstrumentState(),
    }));
    for (let minute = 0; minute < minutes; minute += 1) {
      for (const { candles, state } of instruments) add(state, candles.next(), minute, minutes);
    }
    return memory();
  },
});

function add(state: InstrumentState, candle: Candle, minute: number, minutes: number): void {
  if (minute === 0) for (const interval of intervals) state.prime(interval, barsBefore(candle, interval));
  const metrics = state.add(candle);
  if (metrics.outcome === 'refused') throw new Error(metrics.text);
  if (minute + 1 < minutes) return;
  const flat = flatMetrics(metrics, 'open');
  for (const { name } of flatMetricTable) if (flat[name] === undefined) throw new Error(`${name} is not warm`);
}

/** When everything that nobody holds is gone. */
async function memory(): Promise<Memory> {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('expected --expose-gc');
  for (let times = 0; times < 4; times += 1) {
    gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return { live: heapUsed + arrayBuffers, rss };
}
