/** Candles as exchanges write them: prices in ticks, volumes in lots; the same for the same seed. */
import { type Candle, type IntervalName, intervalMinutes, MINUTE_MS, type PrimedBar } from '@screener/market';

/** Midnight, so that bars of every length begin with the first candle. */
const beginsAt = Date.UTC(2026, 0, 5);

/** The longest average has 200. */
const primedBars = 260;

/** A linear congruential generator: enough for prices that nobody predicts. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** One instrument, candle after candle. */
export class CandleSeries {
  readonly #random: () => number;
  #ticks: number;
  #minute = 0;

  constructor(seed: number) {
    this.#random = numbersFrom(seed);
    this.#ticks = 1_000 + Math.floor(this.#random() * 90_000);
  }

  next(): Candle {
    const random = this.#random;
    const open = this.#ticks;
    const close = Math.max(50, open + Math.floor((random() - 0.5) * 40));
    this.#ticks = close;
    const high = Math.max(open, close) + Math.floor(random() * 6);
    const low = Math.min(open, close) - Math.floor(random() * 6);
    const lots = Math.floor(random() * 9e6);
    const bought = Math.floor(lots * random());
    const worth = (amount: number): number => Math.round((amount * close) / 10) / 1e4;
    return {
      openTime: beginsAt + this.#minute++ * MINUTE_MS,
      open: open / 100,
      high: high / 100,
      low: low / 100,
      close: close / 100,
      volume: lots / 1_000,
      quoteVolume: worth(lots),
      trades: Math.floor(random() * 900),
      takerBuyVolume: bought / 1_000,
      takerBuyQuoteVolume: worth(bought),
    };
  }
}

/** Those that came before the first candle, to warm indicators up. */
export function barsBefore({ openTime, close }: Candle, interval: IntervalName): PrimedBar[] {
  const lengthMs = intervalMinutes[interval] * MINUTE_MS;
  const cents = Math.round(close * 100);
  return Array.from({ length: primedBars }, (_, index) => {
    const [open, end] = [cents + (index % 7), cents + (index % 11)];
    return {
      openTime: openTime - (primedBars - index) * lengthMs,
      open: open / 100,
      high: (Math.max(open, end) + (index % 3)) / 100,
      low: (Math.min(open, end) - (index % 5)) / 100,
      close: end / 100,
      volume: index,
      quoteVolume: index * 2,
    };
  });
}
