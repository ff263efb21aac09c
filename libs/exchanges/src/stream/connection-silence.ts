/** How long a whole connection may be silent, and what of it is its own doing. */
import type { SilenceLimits } from './stream-protocol.ts';

/** Any of so many symbols trades every few seconds; a few quiet ones may say nothing but a final frame a minute. */
export const manySymbols = 20;
/** A connection is late at so many times its usual pace. */
const usualGapsMax = 50;
/** And is not at so many, whatever the exchange is known for. */
const usualGapsMin = 5;
const patienceDoublingsMax = 4;

export interface ConnectionPulse {
  /** It was heard since it was opened. */
  readonly healthy: boolean;
  readonly symbols: { readonly size: number };
  /** Usual time between two frames; undefined until it has one. */
  readonly usualGapMs: number | undefined;
  /** So many connections in a row were given up for their silence. */
  readonly silences: number;
}

/** Where all are quiet the market may be: then patience lasts until a minute's final candles are due. */
export function silenceLimitMs(connection: ConnectionPulse, othersSpeak: boolean, limits: SilenceLimits): number {
  const { manyMs, oneMs } = limits;
  const { healthy, symbols, usualGapMs = 0, silences } = connection;
  if (healthy) {
    const longMs = Math.max(oneMs, usualGapMs * usualGapsMin);
    return othersSpeak ? Math.min(longMs, Math.max(manyMs, usualGapMs * usualGapsMax)) : longMs;
  }
  const brisk = symbols.size >= manySymbols && (othersSpeak || silences === 0);
  return brisk ? manyMs : oneMs * 2 ** Math.min(silences, patienceDoublingsMax);
}
