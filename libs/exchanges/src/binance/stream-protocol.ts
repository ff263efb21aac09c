/** How Binance's markets are spoken to on their streams. They differ in addresses and limits. */
import { inMessages, type StreamProtocol } from '../stream/stream-protocol.ts';
import { usualUpdate } from './kline-bytes.ts';
import { readKlineFrame } from './kline-frame.ts';
import { readPricesFrame } from './prices-frame.ts';

/** Each symbol in lower case; it may be in any script. */
const klineStream = (symbol: string): string => `${symbol.toLowerCase()}@kline_1m`;

/** `btcusdt@kline_1m/…`, safe for an address. */
export const klineStreamNames = (symbols: readonly string[]): string =>
  symbols.map((symbol) => klineStream(symbol).replace(/^[^@]+/, encodeURIComponent)).join('/');

/** The document names no bound; a request must fit into one frame of a few kB. */
const streamsPerRequest = 100;

const requests = (method: string, symbols: readonly string[], firstId: number): readonly string[] =>
  inMessages(symbols, streamsPerRequest, firstId, (part, id) => ({ method, params: part.map(klineStream), id }));

export interface BinanceStreams {
  readonly klines: (wsBase: string, symbols: readonly string[]) => string;
  /** The last prices of all symbols, once a second: for markets whose candles come more slowly. */
  readonly prices?: (wsBase: string) => string;
}

export const binanceProtocol = ({ klines, prices }: BinanceStreams): StreamProtocol => ({
  url: klines,
  addressSubscribes: true,
  subscribe: (symbols, id) => requests('SUBSCRIBE', symbols, id),
  unsubscribe: (symbols, id) => requests('UNSUBSCRIBE', symbols, id),
  reader: () => readKlineFrame,
  usualUpdate,
  // Spot pushes every 2 s, futures every 250 ms where something changes; both the final frame of every minute.
  silence: { manyMs: 15_000, oneMs: 75_000, finalOverdueMs: 15_000 },
  ...(prices !== undefined && {
    prices: {
      url: prices,
      addressSubscribes: true,
      subscribe: () => [],
      unsubscribe: () => [],
      reader: () => readPricesFrame,
      silence: { manyMs: 15_000, oneMs: 75_000 },
    },
  }),
});
