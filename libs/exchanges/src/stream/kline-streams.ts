/** The streams of one exchange: all that are opened share the rate at which an address may open connections. */
import type { Capabilities, Exchange } from '../exchange.ts';
import type { Timers } from '../timers.ts';
import { KlineConnections } from './kline-connections.ts';
import { RatePacer } from './rate-pacer.ts';
import type { StreamProtocol } from './stream-protocol.ts';

export interface KlineStreamsOptions {
  readonly protocol: StreamProtocol;
  readonly capabilities: Pick<Capabilities, 'streamLimits' | 'streamsPerConnectionMax' | 'wsBase'>;
  /** Instead of what the exchange is known for. */
  readonly silentAfterMs: number | undefined;
  readonly now: () => number;
  readonly random: () => number;
  readonly timers: Timers;
}

export function klineStreams(options: KlineStreamsOptions): Exchange['streamKlines'] {
  const { capabilities, silentAfterMs, now, random, timers } = options;
  const { streamLimits: limits, streamsPerConnectionMax, wsBase } = capabilities;
  const connections = new RatePacer({ rate: limits.connectionRate, now, timers });
  const silence = {
    ...options.protocol.silence,
    ...(silentAfterMs && { manyMs: silentAfterMs, oneMs: silentAfterMs }),
  };
  const protocol = { ...options.protocol, silence };
  return (symbols, listener) =>
    new KlineConnections(symbols, listener, {
      protocol,
      wsBase,
      streamsPerConnectionMax,
      limits,
      connections,
      now,
      random,
      timers,
    });
}
