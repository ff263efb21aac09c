/**
 * Tells an exchange that does not know a symbol (any more) from everything else that refuses: a proxy, a wall around a
 * country, a key that somebody wants. Only the first is an answer; the others pass.
 */
import { ScreenerError } from '@screener/errors';

/** In their own words: Binance, Bybit, OKX, Deribit. */
const unknownSymbolCodes = ['-1121', '10001', '51001', '13020'];

export function refusesForGood(cause: unknown): boolean {
  if (!(cause instanceof ScreenerError) || cause.code !== 'EXCHANGE_REFUSED') return false;
  const { status, reason } = cause.facts;
  // Some of them say it in an answer with status 200.
  if (status !== 400 && status !== 200) return false;
  const [, inBody, first] = /"code"\s*:\s*"?(-?\d+)|^(-?\d+) /.exec(String(reason)) ?? [];
  return unknownSymbolCodes.includes(inBody ?? first ?? '');
}
