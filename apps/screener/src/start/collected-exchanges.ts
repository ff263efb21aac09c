/** The exchanges that the collector listens to, as the settings say. */
import { reasonOf, ScreenerError } from '@screener/errors';
import {
  type Exchange,
  type ExchangeMarket,
  exchangeMarkets,
  isExchangeMarket,
  MarketCaps,
  RateLimits,
} from '@screener/exchanges';
import type { Logger, Settings } from '@screener/service';
import { createExchange, sharedBy } from '../create-exchange.ts';

/** Each once; the simulated market is that of Binance futures. */
export function collectedMarkets({ EXCHANGES }: Settings, simulated: boolean): readonly ExchangeMarket[] {
  const markets = [...new Set(EXCHANGES)].map((name) => {
    if (isExchangeMarket(name)) return name;
    const expected = `some of ${exchangeMarkets.join(', ')}`;
    throw new ScreenerError('SETTING_INVALID', {
      ...{ setting: 'EXCHANGES', found: name, expected, example: 'binance:usdm,bybit:linear' },
    });
  });
  return simulated ? ['binance:usdm'] : markets;
}

/** They share what an address may ask of an exchange, and remember bans over restarts. */
export function createCollectedExchanges(
  settings: Settings,
  simulated: boolean,
  logger: Pick<Logger, 'warn'>,
): readonly Exchange[] {
  const shared = sharedBy(settings, simulated ? 'demo' : 'live', new RateLimits(), logger);
  return collectedMarkets(settings, simulated).map((name) => createExchange(name, settings, shared));
}

/** Of the real market, where a key is set. That they cannot be had is no alarm. */
export function createMarketCaps(
  { COINGECKO_API_KEY: apiKey, COINGECKO_REST_BASE: base }: Settings,
  simulated: boolean,
  logger: Pick<Logger, 'info'>,
): MarketCaps | undefined {
  if (apiKey === undefined || simulated) return undefined;
  const failed = (cause: unknown): void =>
    logger.info(`market capitalisations cannot be had for now: ${reasonOf(cause)}`);
  return new MarketCaps({ apiKey, base, now: Date.now, random: Math.random, failed });
}

export interface Probe {
  /** For people. */
  readonly exchange: string;
  readonly url: URL;
}

/** Where the first of them can be asked whether it is there. */
export function probeOf(settings: Settings): Probe {
  const [name = 'binance:usdm'] = collectedMarkets(settings, false);
  const { capabilities } = createExchange(name, settings);
  const path = name === 'binance:usdm' ? '/fapi/v1/ping' : '/';
  return { exchange: name === 'binance:usdm' ? 'Binance futures' : name, url: new URL(path, capabilities.restBase) };
}
