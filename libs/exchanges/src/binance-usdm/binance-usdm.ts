/** Binance USD-M futures: public market data over REST and WebSocket. */
import type { Candle } from '@screener/market';
import { MINUTE_MS } from '@screener/market';
import type { Capabilities, Exchange, KlineListener, KlineRange, KlineStream, ProblemListener } from '../exchange.ts';
import { RestClient } from '../rest/rest-client.ts';
import { WeightLedger } from '../rest/weight-ledger.ts';
import { StreamConnection } from '../stream/stream-connection.ts';
import { realTimers, type Timers } from '../timers.ts';
import { defaultRestBase, defaultWsBase, klineStreamsUrl, streamBase } from './addresses.ts';
import { parseKlineFrame } from './kline-frame.ts';
import { klineWeight, klineWeights, planPages } from './kline-plan.ts';
import { parseDayValues, parseInstruments, parseKlines, serverTimeAnswer } from './rest-answers.ts';

export interface BinanceUsdmOptions {
  readonly restBase?: string;
  readonly wsBase?: string;
  /** At most 200; the documents disagree, this is the smaller figure. */
  readonly streamsPerConnectionMax?: number;
  readonly now: () => number;
  readonly random: () => number;
  readonly timers?: Timers;
  /** Default: as many streams as a connection has make it likely to be heard of. */
  readonly silentAfterMs?: number;
}

const weightPerMinute = 2_400;
/** Any of so many symbols trades every few seconds; a few quiet ones may say nothing but a final frame a minute. */
const manyStreams = 20;
const silentAfterMsMany = 15_000;
const silentAfterMsFew = 75_000;

export function createBinanceUsdm(options: BinanceUsdmOptions): Exchange {
  const { now, random, timers = realTimers, restBase = defaultRestBase, streamsPerConnectionMax = 200 } = options;
  const wsBase = streamBase(options.wsBase ?? defaultWsBase).base;
  const ledger = new WeightLedger({ weightPerMinute, now });
  const rest = new RestClient({
    exchange: 'Binance futures',
    base: restBase,
    ledger,
    usedWeightHeader: 'x-mbx-used-weight-1m',
    now,
    random,
    timers,
  });
  const capabilities: Capabilities = {
    intervals: ['1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '6h', '8h', '12h', '1d', '3d', '1w', '1M'],
    weightPerMinute,
    klineWeights,
    streamsPerConnectionMax,
    restBase,
    wsBase,
  };

  async function* klines({ symbol, from, to, priority, signal }: KlineRange): AsyncGenerator<readonly Candle[]> {
    let startTime = from;
    for (const limit of planPages((to - from) / MINUTE_MS + 1)) {
      const endTime = startTime + (limit - 1) * MINUTE_MS;
      const first = startTime;
      yield await rest.get({
        path: '/fapi/v1/klines',
        query: { symbol, interval: '1m', startTime, endTime, limit },
        weight: klineWeight(limit),
        priority,
        signal,
        parse: (body) => parseKlines(body, first, endTime),
      });
      startTime = endTime + MINUTE_MS;
    }
  }

  function streamKlines(symbols: readonly string[], listener: KlineListener): KlineStream {
    let frames = 0;
    const frame = (text: string): boolean => {
      const parsed = parseKlineFrame(text);
      if (parsed === 'answer') return false;
      if ('problem' in parsed) {
        listener.problem(parsed.problem);
        return false;
      }
      frames++;
      listener.kline(parsed.update);
      return true;
    };
    const count = Math.ceil(symbols.length / streamsPerConnectionMax);
    const connections = Array.from({ length: count }, (_, index) => {
      const part = symbols.slice(index * streamsPerConnectionMax, (index + 1) * streamsPerConnectionMax);
      const silentAfterMs =
        options.silentAfterMs ?? (part.length >= manyStreams ? silentAfterMsMany : silentAfterMsFew);
      return new StreamConnection({
        url: klineStreamsUrl(wsBase, part),
        name: `stream ${index + 1} of ${count}`,
        firstFrameWithinMs: silentAfterMs,
        silentAfterMs,
        now,
        random,
        timers,
        frame,
        problem: listener.problem,
      });
    });
    return {
      state: () => ({
        connections: connections.length,
        healthy: connections.filter(({ healthy }) => healthy).length,
        reconnections: connections.reduce((sum, { reconnections }) => sum + reconnections, 0),
        frames,
      }),
      async close() {
        await Promise.all(connections.map((connection) => connection.close()));
      },
    };
  }

  return {
    exchange: 'binance',
    market: 'usdm',
    capabilities,
    klines,
    streamKlines,
    serverTime: () =>
      rest.get({
        path: '/fapi/v1/time',
        weight: 1,
        priority: 'repair',
        parse: (body) => serverTimeAnswer.parse(body).serverTime,
      }),
    instruments: (problem: ProblemListener) =>
      rest.get({
        path: '/fapi/v1/exchangeInfo',
        weight: 1,
        priority: 'prime',
        parse: (body) => parseInstruments(body, problem),
      }),
    dayValues: () => rest.get({ path: '/fapi/v1/ticker/24hr', weight: 40, priority: 'prime', parse: parseDayValues }),
    weightUsed: () => ledger.used,
    close: () => rest.close(),
  };
}
