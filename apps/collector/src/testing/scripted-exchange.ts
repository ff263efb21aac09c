/** An exchange whose REST side says what a test wants; what it can and cannot do is Binance's. */
import {
  type Capabilities,
  createBinanceUsdm,
  type Exchange,
  type ExchangeProblem,
  type KlineRange,
  type ListedInstrument,
} from '@screener/exchanges';
import { type Candle, MINUTE_MS } from '@screener/market';

export interface Script {
  readonly capabilities?: Partial<Capabilities>;
  /** One page; throws where the exchange fails. */
  readonly klines?: (range: KlineRange, call: number) => readonly Candle[];
  /** In place of one page. */
  readonly pages?: () => readonly (readonly Candle[])[];
  readonly refused?: (call: number) => readonly ExchangeProblem[];
  readonly instruments?: (call: number, problem: (found: ExchangeProblem) => void) => readonly ListedInstrument[];
  readonly dayValues?: () => ReadonlyMap<string, number>;
}

export interface ScriptedExchange extends Exchange {
  readonly asked: KlineRange[];
}

export function scriptedExchange(script: Script): ScriptedExchange {
  const real = createBinanceUsdm({ now: () => 0, random: () => 0 });
  const asked: KlineRange[] = [];
  let lists = 0;
  return {
    ...real,
    capabilities: { ...real.capabilities, ...script.capabilities },
    asked,
    async *klines(range) {
      asked.push(range);
      for (const found of script.refused?.(asked.length) ?? []) range.problem?.(found);
      if (script.pages) yield* script.pages();
      else yield script.klines?.(range, asked.length) ?? [];
    },
    serverTime: async () => 0,
    instruments: async (problem) => script.instruments?.(++lists, problem) ?? [],
    dayValues: async () => script.dayValues?.() ?? new Map(),
  };
}

export const minute = (number: number): number => number * MINUTE_MS;

export const candleOf = (number: number, close = 1): Candle => ({
  openTime: minute(number),
  open: close,
  high: close,
  low: close,
  close,
  volume: 1,
  quoteVolume: close,
  trades: 1,
  takerBuyVolume: 1,
  takerBuyQuoteVolume: close,
});

export const listed = (symbol: string, more: Partial<ListedInstrument> = {}): ListedInstrument => ({
  exchange: 'binance',
  market: 'usdm',
  symbol,
  base: symbol.replace(/USDT$/, ''),
  quote: 'USDT',
  kind: 'perpetual',
  status: 'trading',
  tickSize: 0.1,
  stepSize: 1,
  listedAt: 0,
  ...more,
});
