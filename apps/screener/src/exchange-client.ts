/** A client of an exchange for a command: public data over REST, beside a collector that may be running. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ScreenerError } from '@screener/errors';
import { type Exchange, exchangeMarkets, isExchangeMarket, RateLimits } from '@screener/exchanges';
import type { Environment, Settings } from '@screener/service';
import type { CommandIo } from './command.ts';
import { createExchange, sharedBy } from './create-exchange.ts';
import type { Source } from './open-project-log.ts';

export interface ClientOptions {
  readonly settings: Settings;
  readonly source: Source;
  readonly io: Pick<CommandIo, 'environment' | 'stderr'>;
  /** Where a command asks several. */
  readonly limits?: RateLimits;
}

/** It knows of the bans that a running collector has met, and lets the collector know of its own. */
export function openExchange(name: string, options: ClientOptions): Exchange {
  const { settings, source, io, limits = new RateLimits() } = options;
  if (!isExchangeMarket(name)) {
    const expected = `one of ${exchangeMarkets.join(', ')}`;
    throw new ScreenerError('OPTION_INVALID', {
      ...{ option: '--exchange', found: name, expected, example: '--exchange binance:usdm' },
    });
  }
  requireAddress(source, io.environment);
  const warn = (text: string): void => void io.stderr.write(`${text}\n`);
  return createExchange(name, settings, sharedBy(settings, source, limits, { warn }));
}

/** The simulator's address is another one at every start; the real exchange knows nothing of simulated candles. */
export function requireAddress(source: Source, environment: Environment): void {
  if (source === 'demo' && addressNames.every((variable) => !environment[variable])) {
    throw new ScreenerError('SETTING_INVALID', {
      setting: 'BINANCE_REST_BASE',
      found: '',
      expected: "the address of the running simulator, since this log's candles are simulated",
      example: 'http://127.0.0.1:4300',
    });
  }
}

const addressNames = ['BINANCE_REST_BASE', 'BINANCE_API_URL'] as const;

export const shareOption = {
  kind: 'whole',
  value: 'PERCENT',
  about: "how much of the exchange's request limit to use (default 50), since a running collector needs some",
  example: '90',
  least: 1,
  most: 100,
} as const;

export const shareDefault = 50;
const lookAgainMs = 200;

/** Resolves when less than that part of the limit is used, by whomever on this address. */
export async function roomWithin(exchange: Exchange, percent = shareDefault, signal?: AbortSignal): Promise<void> {
  for (;;) {
    const { weightUsed, weightLimit } = exchange.restState();
    if (weightUsed < (weightLimit * percent) / 100 || signal?.aborted) return;
    await sleep(lookAgainMs, undefined, { signal }).catch(() => {});
  }
}
