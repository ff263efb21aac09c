import { ScreenerError } from '@screener/errors';
import type { InstrumentChanged } from '@screener/events';
import type { InstrumentsView } from './views/instruments-view.ts';

/** What a bare symbol means. */
export interface DefaultMarket {
  readonly exchange: string;
  readonly market: string;
}

export const defaultMarket: DefaultMarket = { exchange: 'binance', market: 'usdm' };

const CANDIDATES = 5;
const SYMBOL_CHARACTERS = 100;

/** An unknown or ambiguous symbol, with what may have been meant. */
export class SymbolUnknown extends ScreenerError {
  readonly candidates: readonly string[];
  constructor(symbol: string, candidates: readonly string[]) {
    const shown = candidates.length === 0 ? 'one that is tracked' : candidates.join(', ');
    super('SYMBOL_UNKNOWN', { symbol: symbol.slice(0, SYMBOL_CHARACTERS), candidates: shown });
    this.candidates = candidates;
  }
}

/** The instrument meant by `BTCUSDT` (of the default market) or `binance:spot:BTCUSDT` (exact), in any case. */
export function findInstrument(view: InstrumentsView, given: string, primed: boolean): InstrumentChanged {
  const text = given.trim();
  const { exchange, market } = defaultMarket;
  const wanted = text.includes(':') ? text : `${exchange}:${market}:${text}`;
  const exact = view.get(wanted) ?? view.list().find((entry) => isSame(entry.instrument, wanted));
  if (exact) return exact;
  // Before the log is read nothing can be said to be unknown.
  if (!primed) throw new ScreenerError('NOT_PRIMED', { what: text.slice(0, SYMBOL_CHARACTERS) });
  throw new SymbolUnknown(text, candidatesOf(view, text));
}

function candidatesOf(view: InstrumentsView, text: string): string[] {
  const part = (text.split(':').at(-1) ?? '').toUpperCase();
  if (part === '' || part.length > SYMBOL_CHARACTERS) return [];
  const scored = view.list().flatMap((entry) => {
    const symbol = entry.symbol.toUpperCase();
    const score = symbol === part ? 0 : symbol.startsWith(part) ? 1 : entry.base.toUpperCase() === part ? 1 : 2;
    return score < 2 || symbol.includes(part) || part.startsWith(entry.base.toUpperCase()) ? [{ entry, score }] : [];
  });
  return scored
    .sort((a, b) => a.score - b.score)
    .slice(0, CANDIDATES)
    .map(({ entry }) => entry.instrument);
}

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
