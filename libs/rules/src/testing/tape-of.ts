import { MINUTE_MS } from '@screener/market';
import { CandleTape } from '../backtest/candle-tape.ts';

export const TAPE_START = Date.UTC(2026, 0, 5);

/** Open, high, low and close of minutes one after the other; undefined: a gap. */
export function tapeOf(prices: readonly (readonly [number, number, number, number] | undefined)[]): CandleTape {
  const tape = new CandleTape();
  for (const [minute, candle] of prices.entries()) {
    if (candle === undefined) continue;
    const [open, high, low, close] = candle;
    const amounts = { volume: 2, quoteVolume: 2 * close, trades: 3, takerBuyVolume: 1, takerBuyQuoteVolume: close };
    tape.put({ openTime: TAPE_START + minute * MINUTE_MS, open, high, low, close, ...amounts });
  }
  return tape;
}
