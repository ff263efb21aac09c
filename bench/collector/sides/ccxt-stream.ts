/** ccxt as it is documented: one loop of watchOHLCV for each symbol. Only its addresses are changed. */
import { requireOfPeers } from '../../../scripts/peers.ts';
import { Candles, type Minutes } from '../candles.ts';
import { type ExchangePlace, streamsPerConnection } from '../frame-side.ts';
import { serveFrameSide } from './serve-frame-side.ts';

type Row = readonly [number, number, number, number, number, number];

interface Ccxt {
  readonly urls: { api: object };
  readonly markets_by_id: Readonly<Record<string, readonly { readonly symbol: string }[]>>;
  readonly ohlcvs: Readonly<Record<string, Readonly<Record<'1m', readonly Row[]>>>>;
  loadHttpProxyAgent(): Promise<unknown>;
  loadMarkets(): Promise<unknown>;
  watchOHLCV(symbol: string, timeframe: '1m'): Promise<readonly Row[]>;
  watchOHLCVForSymbols(symbols: readonly (readonly [string, '1m'])[]): Promise<unknown>;
  handleOHLCV(client: unknown, message: { readonly s: string }): void;
  close(): Promise<void>;
}

const { pro } = requireOfPeers('ccxt') as { pro: { binanceusdm: new (options: object) => Ccxt } };

serveFrameSide({
  async connect({ exchange }: { readonly exchange: ExchangePlace }, meter) {
    const client = new (class extends pro.binanceusdm {
      override handleOHLCV(connection: unknown, message: { readonly s: string }): void {
        meter.frame(message.s);
        super.handleOHLCV(connection, message);
      }
    })({ options: { fetchMarkets: { types: ['linear'] } } });
    const { restBase, wsBase } = exchange;
    client.urls.api = { ...client.urls.api, fapiPublic: `${restBase}/fapi/v1`, ws: { future: `${wsBase}/ws` } };
    await client.loadHttpProxyAgent();
    await client.loadMarkets();
    const names = new Map(exchange.symbols.map((symbol) => [symbol, client.markets_by_id[symbol]?.[0]?.symbol ?? '']));
    // One message subscribes many; symbol by symbol the limit of messages would make it take minutes.
    const wanted = [...names.values()].map((name) => [name, '1m'] as const);
    for (let begin = 0; begin < wanted.length; begin += streamsPerConnection) {
      await client.watchOHLCVForSymbols(wanted.slice(begin, begin + streamsPerConnection));
    }
    let closed = false;
    let lost: unknown;
    const watch = async (symbol: string): Promise<void> => {
      while (!closed) await client.watchOHLCV(symbol, '1m');
    };
    for (const name of names.values()) {
      watch(name).catch((cause: unknown) => {
        if (!closed) lost = cause;
      });
    }
    return {
      candles(minutes: Minutes) {
        if (lost !== undefined) throw new Error('ccxt did not go on', { cause: lost });
        const candles = new Candles();
        for (const [symbol, name] of names) {
          for (const [openTime, open, high, low, close, volume] of client.ohlcvs[name]?.['1m'] ?? []) {
            candles.add(symbol, { openTime, open, high, low, close, volume });
          }
        }
        return candles.digest(minutes);
      },
      async close() {
        closed = true;
        await client.close();
      },
    };
  },
});
