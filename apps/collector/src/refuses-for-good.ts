import { ScreenerError } from '@screener/errors';

/** The exchange does not know the symbol (any more): an answer, unlike every other failure, which passes. */
export const refusesForGood = (cause: unknown): boolean =>
  cause instanceof ScreenerError && cause.code === 'EXCHANGE_SYMBOL_UNKNOWN';
