/** Our streams of Binance futures: frame in, candle out. */
import { createBinanceUsdm } from '@screener/exchanges';
import { Candles } from '../candles.ts';
import type { ExchangePlace } from '../frame-side.ts';
import { serveFrameSide } from './serve-frame-side.ts';

serveFrameSide({
  async connect({ exchange: { restBase, wsBase, symbols } }: { readonly exchange: ExchangePlace }, meter) {
    const candles = new Candles();
    const exchange = createBinanceUsdm({ restBase, wsBase, now: Date.now, random: Math.random });
    const stream = exchange.streamKlines(symbols, {
      kline({ symbol, candle, closed }) {
        meter.frame(symbol);
        if (closed) candles.add(symbol, candle);
      },
      problem({ text }) {
        process.stderr.write(`  our stream: ${text}\n`);
      },
    });
    return {
      candles: (minutes) => candles.digest(minutes),
      async close() {
        await stream.close();
        await exchange.close();
      },
    };
  },
});
