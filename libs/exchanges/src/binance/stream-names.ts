/** `btcusdt@kline_1m/…`, with each symbol in lower case and safe for an address (it may be in any script). */
export const klineStreamNames = (symbols: readonly string[]): string =>
  symbols.map((symbol) => `${encodeURIComponent(symbol.toLowerCase())}@kline_1m`).join('/');
