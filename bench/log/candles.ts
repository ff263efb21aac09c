/** A day of closed candles as encoded events, the same in every run. */
import { encodeEvent, type KlineClosed } from '@screener/events';
import { instrumentOf, startTimeMs } from './records.ts';

export const instruments = 500;
const minuteMs = 60_000;

export interface EncodedCandle {
  readonly key: string;
  readonly value: Buffer;
  readonly timestamp: number;
}

export function encodedCandles(minute: number): EncodedCandle[] {
  const openTime = startTimeMs + minute * minuteMs;
  return Array.from({ length: instruments }, (_, index) => {
    const open = 100 + index + Math.sin(minute / 50) * 5;
    const candle: KlineClosed = {
      instrument: instrumentOf(index),
      openTime,
      open,
      high: open * 1.001,
      low: open * 0.999,
      close: open + 0.05,
      volume: 1_000 + ((minute * 31 + index) % 997),
      quoteVolume: 61_234.567 + minute,
      trades: 100 + ((minute + index) % 89),
      takerBuyVolume: 431.25,
      takerBuyQuoteVolume: 30_123.456,
      source: 'stream',
    };
    return { key: candle.instrument, value: encodeEvent('KlineClosed', candle), timestamp: openTime + minuteMs - 1 };
  });
}

/** What a fold over all candles must find, whoever reads them. */
export class CandleCount {
  #count = 0;
  #trades = 0;
  readonly #instruments = new Set<string>();

  add({ instrument, trades }: KlineClosed): void {
    this.#count += 1;
    this.#trades += trades;
    this.#instruments.add(instrument);
  }

  get count(): number {
    return this.#count;
  }

  toString(): string {
    return `${this.#count} candles of ${this.#instruments.size} instruments, ${this.#trades} trades`;
  }
}
