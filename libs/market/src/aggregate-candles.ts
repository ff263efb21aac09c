import { type Candle, MINUTE_MS } from './candle.ts';
import { ExactSum } from './exact-sum.ts';
import { barOpenTime } from './interval.ts';

/** A clock-aligned bar made of one-minute candles. */
export interface Bar extends Candle {
  /** Length in minutes. */
  readonly minutes: number;
  /** One-minute candles it holds: fewer than `minutes` while it is in progress, or where some are missing. */
  readonly candles: number;
}

/** Bars of the candles, which come in ascending order. Only minutes that have a candle make a bar. */
export function aggregateCandles(candles: Iterable<Candle>, minutes: number): Bar[] {
  const bars: Bar[] = [];
  let builder: BarBuilder | undefined;
  for (const candle of candles) {
    const openTime = barOpenTime(candle.openTime, minutes);
    if (builder?.openTime !== openTime) {
      if (builder) bars.push(builder.bar());
      builder = new BarBuilder(openTime, minutes, candle);
    }
    builder.add(candle);
  }
  if (builder) bars.push(builder.bar());
  return bars;
}

class BarBuilder {
  readonly openTime: number;
  readonly #minutes: number;
  readonly #open: number;
  readonly #volume = new ExactSum();
  readonly #quoteVolume = new ExactSum();
  readonly #takerBuyVolume = new ExactSum();
  readonly #takerBuyQuoteVolume = new ExactSum();
  #high: number;
  #low: number;
  #close: number;
  #trades = 0;
  #candles = 0;

  constructor(openTime: number, minutes: number, first: Candle) {
    this.openTime = openTime;
    this.#minutes = minutes;
    this.#open = first.open;
    this.#high = first.high;
    this.#low = first.low;
    this.#close = first.close;
  }

  add(candle: Candle): void {
    if (candle.openTime >= this.openTime + this.#minutes * MINUTE_MS) throw new RangeError('the bar is over');
    this.#high = Math.max(this.#high, candle.high);
    this.#low = Math.min(this.#low, candle.low);
    this.#close = candle.close;
    this.#volume.add(candle.volume);
    this.#quoteVolume.add(candle.quoteVolume);
    this.#takerBuyVolume.add(candle.takerBuyVolume);
    this.#takerBuyQuoteVolume.add(candle.takerBuyQuoteVolume);
    this.#trades += candle.trades;
    this.#candles++;
  }

  bar(): Bar {
    return {
      openTime: this.openTime,
      minutes: this.#minutes,
      candles: this.#candles,
      open: this.#open,
      high: this.#high,
      low: this.#low,
      close: this.#close,
      volume: this.#volume.value(),
      quoteVolume: this.#quoteVolume.value(),
      trades: this.#trades,
      takerBuyVolume: this.#takerBuyVolume.value(),
      takerBuyQuoteVolume: this.#takerBuyQuoteVolume.value(),
    };
  }
}
