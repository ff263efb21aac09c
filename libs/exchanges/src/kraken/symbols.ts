/** Kraken's REST side still writes some assets as it did in 2013; the streams of v2 write them as everybody does. */
const restNames: Readonly<Record<string, string>> = { BTC: 'XBT', DOGE: 'XDG' };
const streamNames = new Map(Object.entries(restNames).map(([stream, rest]) => [rest, stream]));

const assets = (pair: string): readonly string[] => pair.split('/');

/** `BTC/USD` for `XBT/USD`. */
export const streamSymbol = (restName: string): string =>
  assets(restName)
    .map((asset) => streamNames.get(asset) ?? asset)
    .join('/');

/** `XBTUSD` for `BTC/USD`. */
export const restPair = (symbol: string): string =>
  assets(symbol)
    .map((asset) => (Object.hasOwn(restNames, asset) ? restNames[asset] : asset))
    .join('');
