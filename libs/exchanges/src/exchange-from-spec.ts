/** An exchange from what is particular to it: addresses, limits, requests, the language of its streams. */
import type { Candle } from '@screener/market';
import type { Capabilities, Exchange, KlineRange, ListedInstrument, ProblemListener } from './exchange.ts';
import { ExchangeClock } from './exchange-clock.ts';
import { RestClient, type RestRequest } from './rest/rest-client.ts';
import { WeightLedger } from './rest/weight-ledger.ts';
import { openKlineConnections, type StreamProtocol } from './stream/kline-connections.ts';
import { realTimers, type Timers } from './timers.ts';

export interface ExchangeOptions {
  readonly restBase?: string;
  readonly wsBase?: string;
  readonly streamsPerConnectionMax?: number;
  readonly now: () => number;
  readonly random: () => number;
  readonly timers?: Timers;
  /** Default: as many streams as a connection has make it likely to be heard of. */
  readonly silentAfterMs?: number;
}

export type Call<T> = Pick<RestRequest<T>, 'path' | 'query' | 'weight' | 'parse'>;
export type Ask = <T>(call: Call<T>) => Promise<T>;

export interface ExchangeSpec {
  readonly exchange: string;
  readonly market: string;
  /** For people, in error messages. */
  readonly title: string;
  readonly capabilities: Omit<Capabilities, 'weightPerMinute'>;
  /** Weight that may be used in each window; `usableShare` of it is. */
  readonly rate: { readonly weight: number; readonly windowMs: number; readonly usableShare?: number };
  readonly usedWeightHeader?: string;
  /** How long to be silent after an answer that is a rate limit by this exchange's own signs. */
  readonly rateLimitMs?: (status: number, body: string) => number | undefined;
  readonly klineCalls: (symbol: string, from: number, to: number) => Iterable<Call<readonly Candle[]>>;
  readonly serverTime: Call<number>;
  readonly instruments: (ask: Ask, problem: ProblemListener) => Promise<readonly ListedInstrument[]>;
  readonly dayValues: (ask: Ask) => Promise<ReadonlyMap<string, number>>;
  readonly stream: StreamProtocol;
}

/** Share of a limit that sliding windows can never see exceeded, however our fixed ones lie against them. */
export const slidingShare = 0.5;
const fixedShare = 0.95;

export function exchangeFromSpec(
  spec: ExchangeSpec,
  options: ExchangeOptions,
  clock: ExchangeClock = new ExchangeClock(options.now),
): Exchange {
  const { now, random, timers = realTimers, silentAfterMs } = options;
  const { restBase, wsBase, streamsPerConnectionMax } = spec.capabilities;
  const { weight, windowMs, usableShare = fixedShare } = spec.rate;
  const ledger = new WeightLedger({ weightPerWindow: weight, windowMs, usableShare, now });
  const rest = new RestClient({
    exchange: spec.title,
    base: restBase,
    ledger,
    usedWeightHeader: spec.usedWeightHeader,
    rateLimitMs: spec.rateLimitMs,
    now,
    random,
    timers,
  });
  const ask: Ask = (call) => rest.get({ ...call, priority: 'prime' });
  return {
    exchange: spec.exchange,
    market: spec.market,
    capabilities: { ...spec.capabilities, weightPerMinute: perMinute(weight, windowMs, usableShare) },
    async *klines({ symbol, from, to, priority, signal }: KlineRange) {
      for (const call of spec.klineCalls(symbol, from, to)) yield await rest.get({ ...call, priority, signal });
    },
    streamKlines: (symbols, listener) =>
      openKlineConnections(symbols, listener, {
        protocol: spec.stream,
        wsBase,
        streamsPerConnectionMax,
        silentAfterMs,
        now,
        random,
        timers,
      }),
    serverTime: () => clock.asked(() => rest.get({ ...spec.serverTime, priority: 'repair' })),
    instruments: (problem) => spec.instruments(ask, problem),
    dayValues: () => spec.dayValues(ask),
    weightUsed: () => ledger.used,
    close: () => rest.close(),
  };
}

/** What the exchange grants, where it counts as we do; what we use of it, where it counts otherwise. */
const perMinute = (weight: number, windowMs: number, usableShare: number): number =>
  Math.floor((weight * (usableShare < fixedShare ? usableShare : 1) * 60_000) / windowMs);
