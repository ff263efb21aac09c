import { klineStreamNames } from '../binance/stream-protocol.ts';
import { currentPath, type DatedRoute } from '../dated-route.ts';

export const klineRoutes: readonly DatedRoute[] = [
  { since: '2019-09-08', path: '/stream' },
  // The unrouted path still connects and acknowledges, but stays silent.
  { since: '2026-04-23', path: '/market/stream' },
];

export const defaultRestBase = 'https://fapi.binance.com';
export const defaultWsBase = 'wss://fstream.binance.com';

/** The part of an address that all routes share; `rewritten` when it named a route, such as the retired /ws. */
export function streamBase(address: string): { readonly base: string; readonly rewritten: boolean } {
  const base = address.replace(/\/+$/, '').replace(/(\/(market|public|private))?(\/(ws|stream))?$/, '');
  return { base, rewritten: base !== address.replace(/\/+$/, '') };
}

export const klineStreamsUrl = (wsBase: string, symbols: readonly string[]): string =>
  `${streamBase(wsBase).base}${currentPath(klineRoutes)}?streams=${klineStreamNames(symbols)}`;
