/** The least that anybody can do with frames: the WebSocket library and JSON.parse. Nothing is checked. */
import { Candles } from '../candles.ts';
import type { ExchangePlace } from '../frame-side.ts';
import { candleOf, connectByHand } from './bare-connections.ts';
import { serveFrameSide } from './serve-frame-side.ts';

serveFrameSide({
  async connect({ exchange }: { readonly exchange: ExchangePlace }, meter) {
    const candles = new Candles();
    const connections = connectByHand(exchange, ({ data: { s, k } }) => {
      meter.frame(s);
      if (k.x) candles.add(s, candleOf(k));
    });
    return { candles: (minutes) => candles.digest(minutes), close: () => connections.close() };
  },
});
