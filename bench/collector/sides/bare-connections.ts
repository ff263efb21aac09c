/** Connections by hand: the WebSocket library that ours use as well, and the addresses of the exchange. */
import { createRequire } from 'node:module';
import type { WebSocket } from 'ws';
import { type ExchangePlace, streamsPerConnection } from '../frame-side.ts';

/** The very copy that our streams run on. */
export const wsOfOurs = createRequire(import.meta.resolve('@screener/exchanges'))('ws') as typeof WebSocket;

export interface BareConnections {
  close(): Promise<void>;
}

export interface BareEvent {
  readonly data: {
    readonly s: string;
    readonly k: Readonly<Record<'o' | 'h' | 'l' | 'c' | 'v', string>> & { readonly t: number; readonly x: boolean };
  };
}

export const candleOf = ({ t, o, h, l, c, v }: BareEvent['data']['k']) => ({
  ...{ openTime: t, open: Number(o), high: Number(h), low: Number(l) },
  ...{ close: Number(c), volume: Number(v) },
});

/** `frame` is given what JSON.parse makes of it. */
export function connectByHand({ wsBase, symbols }: ExchangePlace, frame: (event: BareEvent) => void): BareConnections {
  const sockets: WebSocket[] = [];
  for (let begin = 0; begin < symbols.length; begin += streamsPerConnection) {
    const names = symbols
      .slice(begin, begin + streamsPerConnection)
      .map((symbol) => `${encodeURIComponent(symbol.toLowerCase())}@kline_1m`);
    const socket = new wsOfOurs(`${wsBase}/market/stream?streams=${names.join('/')}`, { perMessageDeflate: false });
    socket.on('message', (data) => frame(JSON.parse(data.toString()) as BareEvent));
    socket.on('error', (error) => process.stderr.write(`  by hand: ${error.message}\n`));
    sockets.push(socket);
  }
  return {
    async close() {
      await Promise.all(
        sockets.map(
          (socket) =>
            new Promise<void>((resolve) => {
              socket.on('close', () => resolve());
              socket.terminate();
            }),
        ),
      );
    },
  };
}
