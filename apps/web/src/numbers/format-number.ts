import { formatCompact, formatFixed, formatPercent, formatPrice } from '../format.ts';
import type { MetricDescription } from '../model.ts';

/** A number as its unit is read. */
export function formatNumber(
  value: number | null | undefined,
  unit: MetricDescription['unit'],
  tickSize: number | null,
): string {
  switch (unit) {
    case 'price':
      return formatPrice(value, tickSize);
    case 'percent':
      return formatPercent(value);
    case 'base':
    case 'quote':
    case 'count':
      return formatCompact(value);
    case 'share':
      return formatPercentOfShare(value);
    case 'number':
      return formatPlain(value);
  }
}

const formatPercentOfShare = (value: number | null | undefined): string =>
  formatFixed(value == null ? Number.NaN : value * 100, 1).concat(value == null ? '' : '%');

/** Small ones with two decimals, large ones short. */
const formatPlain = (value: number | null | undefined): string =>
  value != null && Math.abs(value) >= 10_000 ? formatCompact(value) : formatFixed(value ?? Number.NaN, 2);
