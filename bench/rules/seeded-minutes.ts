/** Measured minutes of instruments that are quiet most of the time and burst now and then; the same for the same seed. */
import { type Candle, InstrumentState, MINUTE_MS, type MinuteMetrics } from '@screener/market';

const beginsAt = Date.UTC(2026, 0, 5);
/** Until every window is full and the mean of 96 bars of five minutes is warm. */
const settlingMinutes = 2 * 1_440;

export interface MeasuredMinute {
  readonly instrument: string;
  readonly openTime: number;
  readonly metrics: MinuteMetrics;
}

export interface MinutesRun {
  readonly instruments: number;
  /** Of each instrument. */
  readonly minutes: number;
}

export function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** One instrument, candle after candle. */
export function* burstingCandles(seed: number): Generator<Candle, never> {
  const random = numbersFrom(seed);
  let price = 1 + random() * 1_000;
  let burst = 0;
  for (let minute = 0; ; minute++) {
    if (random() < 0.01) burst = 5 + Math.floor(random() * 20);
    const size = burst-- > 0 ? 0.006 : 0.0006;
    const open = price;
    const close = open * (1 + (random() - 0.5) * 2 * size);
    price = close;
    const volume = ((burst > 0 ? 400_000 : 20_000) * (0.2 + random())) / close;
    const bought = volume * random();
    yield {
      openTime: beginsAt + minute * MINUTE_MS,
      open,
      high: Math.max(open, close) * (1 + random() * size * 0.2),
      low: Math.min(open, close) * (1 - random() * size * 0.2),
      close,
      volume,
      quoteVolume: volume * close,
      trades: Math.floor(random() * 900),
      takerBuyVolume: bought,
      takerBuyQuoteVolume: bought * close,
    };
  }
}

/** In the order of time, all instruments of a minute together. */
export function seededMinutes({ instruments, minutes }: MinutesRun): readonly MeasuredMinute[] {
  const all = Array.from({ length: instruments }, (_, index) => {
    const state = new InstrumentState();
    const candles = burstingCandles(index + 1);
    const next = (): MinuteMetrics => {
      const measured = state.add(candles.next().value);
      if (measured.outcome === 'refused') throw new Error(measured.text);
      return measured;
    };
    for (let minute = 0; minute < settlingMinutes; minute++) next();
    return { instrument: `bench:usdm:COIN${index}USDT`, next };
  });
  const found: MeasuredMinute[] = [];
  for (let minute = 0; minute < minutes; minute++) {
    for (const { instrument, next } of all) {
      const metrics = next();
      found.push({ instrument, openTime: metrics.openTime, metrics });
    }
  }
  return found;
}
