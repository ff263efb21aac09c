import type { MetricsSource } from './flat-metric.ts';

/**
 * The same minute with another newest price: what FlatMetric marks with `movesWithPrice` follows from it. Ranges, volumes,
 * indicators and statistics stay as they are.
 */
export function atPrice<Source extends MetricsSource>(source: Source, price: number): Source {
  const windows = source.windows.map((window) => {
    // The newest candle of one minute is the oldest, too.
    const oldestClose = window.minutes === 1 ? price : window.oldestClose;
    return { ...window, oldestClose, close: price };
  });
  return { ...source, price, windows };
}
