/** Closed candles as every side can tell them, and what tells whether two sides have the same. */
import { createHash } from 'node:crypto';
import type { Candle } from '@screener/market';

/** The fields that all clients keep. */
export type Ohlcv = Pick<Candle, 'openTime' | 'open' | 'high' | 'low' | 'close' | 'volume'>;

/** Open times of the first and the last minute. */
export interface Minutes {
  readonly from: number;
  readonly to: number;
}

export interface CandleDigest {
  readonly count: number;
  readonly digest: string;
}

/** More than are ever asked for. */
const minutesKeptMax = 64;

/** By symbol and minute: whatever comes twice or in another order, the digest tells only what is there. */
export class Candles {
  readonly #bySymbol = new Map<string, Map<number, string>>();

  add(symbol: string, { openTime, open, high, low, close, volume }: Ohlcv): void {
    let minutes = this.#bySymbol.get(symbol);
    if (minutes === undefined) {
      minutes = new Map();
      this.#bySymbol.set(symbol, minutes);
    }
    minutes.set(openTime, `${open} ${high} ${low} ${close} ${volume}`);
    if (minutes.size <= minutesKeptMax) return;
    const [oldest] = minutes.keys();
    if (oldest !== undefined) minutes.delete(oldest);
  }

  digest({ from, to }: Minutes): CandleDigest {
    const lines: string[] = [];
    for (const [symbol, minutes] of this.#bySymbol) {
      for (const [openTime, numbers] of minutes) {
        if (openTime >= from && openTime <= to) lines.push(`${symbol} ${openTime} ${numbers}`);
      }
    }
    const digest = createHash('sha256').update(lines.sort().join('\n')).digest('hex').slice(0, 16);
    return { count: lines.length, digest };
  }
}
