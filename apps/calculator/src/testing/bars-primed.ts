import type { BarsPrimed, KlineClosed } from '@screener/events';

type Bar = Omit<KlineClosed, 'instrument' | 'source'>;

/** Bars as the collector writes them, column by column. */
export function barsPrimed(instrument: string, interval: string, bars: readonly Bar[]): BarsPrimed {
  const column = (name: keyof Bar): readonly number[] => bars.map((bar) => bar[name]);
  return {
    instrument,
    interval,
    openTime: column('openTime'),
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    volume: column('volume'),
    quoteVolume: column('quoteVolume'),
    trades: column('trades'),
    takerBuyVolume: column('takerBuyVolume'),
    takerBuyQuoteVolume: column('takerBuyQuoteVolume'),
  };
}
