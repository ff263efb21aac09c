/** Where things live, by date: a new version of the API is a new row. */
export interface StreamRoute {
  readonly since: string;
  readonly klines: string;
}

export const streamRoutes: readonly StreamRoute[] = [
  { since: '2019-09-08', klines: '/stream' },
  // The unrouted path still connects and acknowledges, but stays silent.
  { since: '2026-04-23', klines: '/market/stream' },
];

export const defaultRestBase = 'https://fapi.binance.com';
export const defaultWsBase = 'wss://fstream.binance.com';

/** The part of an address that all routes share; `rewritten` when it named a route, such as the retired /ws. */
export function streamBase(address: string): { readonly base: string; readonly rewritten: boolean } {
  const base = address.replace(/\/+$/, '').replace(/(\/(market|public|private))?(\/(ws|stream))?$/, '');
  return { base, rewritten: base !== address.replace(/\/+$/, '') };
}

/** `btcusdt@kline_1m`, with the symbol safe for an address (it may be in any script). */
export const klineStreamsUrl = (wsBase: string, symbols: readonly string[]): string => {
  const route = streamRoutes.at(-1)?.klines ?? '';
  const names = symbols.map((symbol) => `${encodeURIComponent(symbol.toLowerCase())}@kline_1m`);
  return `${streamBase(wsBase).base}${route}?streams=${names.join('/')}`;
};
