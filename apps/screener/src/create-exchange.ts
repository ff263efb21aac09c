/** A client of an exchange as the settings say: for the collector, and for commands beside it. */
import { openBanMemory } from '@screener/collector';
import {
  type Exchange,
  type ExchangeMarket,
  type ExchangeOptions,
  exchanges,
  type RateLimits,
} from '@screener/exchanges';
import type { Logger, Settings } from '@screener/service';
import { dataDirectory, type Source } from './open-project-log.ts';

/** What all clients of a process have in common. */
export type Shared = Required<Pick<ExchangeOptions, 'limits' | 'bans'>>;

/** Bans hold over restarts and for every process of the same data. */
export const sharedBy = (
  settings: Settings,
  source: Source,
  limits: RateLimits,
  logger: Pick<Logger, 'warn'>,
): Shared => ({ limits, bans: openBanMemory(dataDirectory(settings, source), logger) });

export const createExchange = (name: ExchangeMarket, settings: Settings, shared: Partial<Shared> = {}): Exchange =>
  exchanges[name]({
    now: Date.now,
    random: Math.random,
    streamsPerConnectionMax: settings.STREAMS_PER_CONNECTION,
    ...addressesOf(name, settings),
    ...shared,
  });

const addressesOf = (name: ExchangeMarket, { BINANCE_REST_BASE: restBase, BINANCE_WS_BASE: wsBase }: Settings) =>
  name === 'binance:usdm' ? { restBase, wsBase } : {};
