/** Numbers and times as people read them. Pure; an absent or impossible number is always the same quiet dash. */

export const DASH = '–';
const MINUS = '−';

const groupedByDecimals = new Map<number, Intl.NumberFormat>();

function grouped(value: number, decimals: number): string {
  let format = groupedByDecimals.get(decimals);
  if (format === undefined) {
    format = new Intl.NumberFormat('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    groupedByDecimals.set(decimals, format);
  }
  return format.format(value).replace('-', MINUS);
}

/** So many digits after the point, thousands grouped: the labels of an axis. */
export function formatFixed(value: number, decimals: number): string {
  return isNumber(value) ? grouped(value, decimals) : DASH;
}

function isNumber(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** Digits after the point of a price step: 0.001 has 3, 5e-8 has 8. */
export function stepDecimals(step: number): number {
  for (let decimals = 0; decimals <= DECIMALS_MAX; decimals++) {
    const scaled = step * 10 ** decimals;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6 && Math.round(scaled) > 0) return decimals;
  }
  return DECIMALS_MAX;
}

const DECIMALS_MAX = 12;
const PRICE_SIGNIFICANT_DIGITS = 5;
/** The smallest prices are mostly zeros; a digit less keeps them within their column. */
const TINY_PRICE = 1e-5;

/** About five significant digits, at least cents, and never finer than the exchange's own price step. */
export function priceDecimals(price: number, tickSize: number | null = null): number {
  if (!Number.isFinite(price) || price === 0) return 2;
  const magnitude = Math.floor(Math.log10(Math.abs(price)));
  const significant = Math.abs(price) < TINY_PRICE ? PRICE_SIGNIFICANT_DIGITS - 1 : PRICE_SIGNIFICANT_DIGITS;
  const fromSize = Math.min(Math.max(significant - 1 - magnitude, 2), DECIMALS_MAX);
  return tickSize !== null && tickSize > 0 ? Math.min(fromSize, stepDecimals(tickSize)) : fromSize;
}

export function formatPrice(price: number | null | undefined, tickSize: number | null = null): string {
  return isNumber(price) ? grouped(price, priceDecimals(price, tickSize)) : DASH;
}

/** +1.23%; what rounds to nothing has no sign. */
export function formatPercent(percent: number | null | undefined): string {
  if (!isNumber(percent)) return DASH;
  const size = Math.abs(percent);
  const text = grouped(size, size >= 999.95 ? 0 : size >= 99.995 ? 1 : 2);
  if (Number(text.replaceAll(',', '')) === 0) return `${text}%`;
  return `${percent > 0 ? '+' : MINUS}${text}%`;
}

const COMPACT_UNITS = ['', 'K', 'M', 'B', 'T'] as const;

/** Three significant digits: 1.25M, 84.2K, 512. */
export function formatCompact(value: number | null | undefined): string {
  if (!isNumber(value)) return DASH;
  const sign = value < 0 ? MINUS : '';
  let size = Math.abs(value);
  let unit = 0;
  // 999.5 would round to 1000 of its own unit, so it already belongs to the next.
  while (size >= 999.5 && unit < COMPACT_UNITS.length - 1) {
    size /= 1000;
    unit++;
  }
  const decimals = size >= 99.95 || (unit === 0 && Number.isInteger(size)) ? 0 : size >= 9.995 ? 1 : 2;
  return `${sign}${grouped(size, decimals)}${COMPACT_UNITS[unit]}`;
}

/** One decimal, for oscillators between 0 and 100. */
export function formatOscillator(value: number | null | undefined): string {
  return isNumber(value) ? grouped(value, 1) : DASH;
}

/** 8 s, 3 min, 2 h, 4 d */
export function formatDuration(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

export function formatAgo(thenMs: number, nowMs: number): string {
  return nowMs - thenMs < 1000 ? 'now' : `${formatDuration(nowMs - thenMs)} ago`;
}

/** 2026-01-31 14:05:09 UTC */
export function formatUtc(timeMs: number): string {
  const iso = new Date(timeMs).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

/** 14:05:09 */
export function formatUtcClock(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(11, 19);
}
