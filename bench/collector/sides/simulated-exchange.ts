/** The simulated exchange as a process of its own. It notes when final frames leave. */
import { createRequire } from 'node:module';
import { type SimulatedInstrument, type Simulator, startSimulator } from '@screener/simulator';
import type { WebSocket } from 'ws';
import { serveSide } from '../../framework/serve-side.ts';
import { Candles, type Minutes } from '../candles.ts';
import { type ExchangePlace, momentKey, wallTime } from '../frame-side.ts';
import type { ExchangeSetup } from '../simulated-exchange.ts';

const minuteMs = 60_000;
/** Some instruments of the catalogue are hardly traded. */
const spare = { share: 0.1, count: 20 } as const;
const livelyMinutes = 120;
const sentKept = 50_000;
const finalFrame = /"e":"kline","E":\d+,"s":"([^"]+)","k":\{"t":(\d+),.*"x":true/;

const dayMs = 1_440 * minuteMs;

const young = (count: number, listedAt: number): readonly SimulatedInstrument[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ symbol: `YOUNG${index}USDT`, base: `YOUNG${index}`, quote: 'USDT', listedAt },
    ...{ price: 1 + index, priceDecimals: 4, amountDecimals: 1, minuteValue: 20_000, minuteDeviation: 0.0006 },
    ...{ tradedShare: 1, emptyMinutes: 'flat' },
  }));

let simulator: Simulator | undefined;
let symbols: readonly string[] = [];
let sent = new Map<string, number>();

function noteFinals(): void {
  const { prototype } = createRequire(import.meta.resolve('@screener/simulator'))('ws') as typeof WebSocket;
  const send = prototype.send as (this: WebSocket, data: unknown, ...rest: unknown[]) => void;
  const noting = function (this: WebSocket, data: unknown, ...rest: unknown[]): void {
    if (typeof data === 'string' && data.includes('"x":true')) {
      const [, symbol, openTime] = finalFrame.exec(data) ?? [];
      if (symbol !== undefined) sent.set(momentKey(`binance:usdm:${symbol}`, Number(openTime)), wallTime());
      if (sent.size > sentKept) sent = new Map();
    }
    send.call(this, data, ...rest);
  };
  prototype.send = noting as typeof prototype.send;
}

serveSide({
  async open(setup: ExchangeSetup): Promise<ExchangePlace> {
    const { instruments, speed, frameEveryMs, steady, startAt, patience, listedDays } = setup;
    noteFinals();
    const many = Math.ceil(instruments * (1 + spare.share)) + spare.count;
    simulator = await startSimulator({
      ...{ port: 0, host: '127.0.0.1', seed: 7, speed, frameEveryMs, startAt, patience, unchangedToo: steady },
      // The simulated exchange has at least one of its own.
      instruments: listedDays === undefined ? many : 1,
      added: listedDays === undefined ? [] : young(instruments, startAt - listedDays * dayMs),
      now: Date.now,
      notify: () => {},
    });
    const { ledger, restBase, wsBase } = simulator;
    const minutes = Array.from({ length: livelyMinutes }, (_, index) => startAt + index * minuteMs);
    symbols = simulator.symbols
      .filter((symbol) => minutes.every((openTime) => ledger.traded(symbol, openTime)))
      .slice(0, instruments);
    return { restBase, wsBase, symbols, speed, simulatedTime: simulator.now(), wallTime: Date.now() };
  },
  candles({ from, to }: Minutes) {
    const candles = new Candles();
    for (const symbol of symbols) {
      for (const candle of simulator?.ledger.candles(symbol, from, to) ?? []) candles.add(symbol, candle);
    }
    return candles.digest({ from, to });
  },
  sent: () => sent,
  requests: () => ({ sent: simulator?.ledger.requests, refused: simulator?.ledger.requestsRefused }),
  close: () => simulator?.stop(),
});
