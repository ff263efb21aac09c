/** An exchange from what is particular to it: addresses, limits, requests, the language of its streams. */
import type { Candle } from '@screener/market';
import type { z } from 'zod';
import type { Capabilities, Exchange, KlineRange, ListedInstrument, ProblemListener } from './exchange.ts';
import { ExchangeClock } from './exchange-clock.ts';
import { fetchKlines, type KlineRequest } from './rest/fetch-klines.ts';
import type { BanMemory } from './rest/limit-group.ts';
import { klineWeightPerMinute } from './rest/priming-plan.ts';
import { limitGroupOf, RateLimits } from './rest/rate-limits.ts';
import { type Refusal, RestClient, type RestRequest } from './rest/rest-client.ts';
import { klineStreams } from './stream/kline-streams.ts';
import type { StreamProtocol } from './stream/stream-protocol.ts';
import { realTimers, type Timers } from './timers.ts';

export interface ExchangeOptions {
  readonly restBase?: string;
  readonly wsBase?: string;
  readonly streamsPerConnectionMax?: number;
  readonly now: () => number;
  readonly random: () => number;
  readonly timers?: Timers;
  /** Instead of what the exchange is known for: how long one stream or many may be silent. */
  readonly silentAfterMs?: number;
  /** Connections are replaced before they are so old. Default: the age at which the exchange cuts them. */
  readonly connectionAgeMsMax?: number;
  /** The same for all exchanges of a process. Default: limits of its own. */
  readonly limits?: RateLimits;
  /** Default: a ban is forgotten with the process. */
  readonly bans?: BanMemory;
  readonly requestTimeoutMs?: number;
}

export type Call<T> = Pick<RestRequest<T>, 'path' | 'query' | 'weight' | 'parse'>;
export type Ask = <T>(call: Call<T>) => Promise<T>;

export interface ExchangeSpec {
  readonly exchange: string;
  readonly market: string;
  /** For people, in error messages. */
  readonly title: string;
  readonly capabilities: Omit<Capabilities, 'weightPerMinute' | 'klineReach'>;
  /** What counts together at the exchange, and the domains of its own hosts. */
  readonly limitGroup: { readonly name: string; readonly domains: readonly string[] };
  readonly usedWeightHeader?: string;
  /** How long to be silent after an answer that is a rate limit by this exchange's own signs. */
  readonly rateLimitMs?: (status: number, body: string) => number | undefined;
  /** What an answer with status 200 says instead of what was asked for. */
  readonly refusal?: (body: unknown) => Refusal | undefined;
  /** The shape of its answer, with status 200 or 400, to a symbol that it does not know (any more). */
  readonly unknownSymbol: z.ZodType;
  /** Its path and weight follow from the sources of candles. */
  readonly klineCall: (request: KlineRequest) => Pick<Call<readonly Candle[]>, 'query' | 'parse'>;
  readonly serverTime: Call<number>;
  readonly instruments: (ask: Ask, problem: ProblemListener) => Promise<readonly ListedInstrument[]>;
  readonly dayValues: (ask: Ask) => Promise<ReadonlyMap<string, number>>;
  readonly stream: StreamProtocol;
}

export function exchangeFromSpec(
  spec: ExchangeSpec,
  options: ExchangeOptions,
  clock: ExchangeClock = new ExchangeClock(options.now),
): Exchange {
  const { now, random, timers = realTimers, silentAfterMs, limits = new RateLimits() } = options;
  const { restBase, klineSources, rateRules, streamLimits } = spec.capabilities;
  const { connectionAgeMsMax = streamLimits.connectionAgeMsMax } = options;
  const capabilities: Capabilities = {
    ...spec.capabilities,
    streamLimits: { ...streamLimits, connectionAgeMsMax },
    weightPerMinute: klineWeightPerMinute(spec.capabilities),
    klineReach: klineSources.at(-1)?.reach ?? null,
  };
  const queue = limits.queue(limitGroupOf(spec.limitGroup.name, spec.limitGroup.domains, restBase), now, timers);
  const { group } = queue;
  group.enforce(rateRules);
  if (options.bans !== undefined) group.rememberIn(options.bans);
  const rest = new RestClient({
    exchange: spec.title,
    base: restBase,
    queue,
    usedWeightHeader: spec.usedWeightHeader,
    rateLimitMs: spec.rateLimitMs,
    refusal: spec.refusal,
    unknownSymbol: spec.unknownSymbol,
    now,
    random,
    timers,
    timeoutMs: options.requestTimeoutMs,
  });
  const ask: Ask = (call) => rest.get({ ...call, priority: 'prime' });
  // A new listing has to be seen within a minute, whatever is being fetched.
  const askUrgently: Ask = (call) => rest.get({ ...call, priority: 'repair' });
  return {
    exchange: spec.exchange,
    market: spec.market,
    capabilities,
    klines(range: KlineRange) {
      const { priority, signal, problem } = range;
      const counted: ProblemListener = (found) => {
        rest.refusals.count(found.reason);
        problem?.(found);
      };
      return fetchKlines(
        { ...range, problem: counted },
        {
          capabilities: spec.capabilities,
          now: () => clock.time(0),
          fetch: (request) => {
            const { path, weight, symbol } = request;
            return rest.get({ ...spec.klineCall(request), path, weight, symbol, priority, signal });
          },
        },
      );
    },
    streamKlines: klineStreams({ protocol: spec.stream, capabilities, silentAfterMs, now, random, timers }),
    async serverTime() {
      let times = [now(), now()] as const;
      const timed = (sentAt: number, answeredAt: number): void => {
        times = [sentAt, answeredAt];
      };
      const time = await rest.get({ ...spec.serverTime, priority: 'repair', timed });
      clock.measured(time, ...times);
      if (clock.state !== undefined) group.align(clock.state.offsetMs, clock.state.roundTripMs / 2);
      return time;
    },
    instruments: (problem) => spec.instruments(askUrgently, problem),
    dayValues: () => spec.dayValues(ask),
    clock: () => clock.state,
    restState: () => ({
      weightUsed: group.weight.used,
      weightLimit: group.weight.limit,
      bannedUntil: group.bannedUntil,
      waiting: rest.waiting,
      requests: rest.requests,
      refusals: rest.refusals.counts,
    }),
    close: () => rest.close(),
  };
}
