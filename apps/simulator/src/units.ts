/** Candles in whole ticks and steps, and as the decimal strings that an exchange prints: both are exact. */
import { MINUTE_MS } from '@screener/market';

/** A candle's life is told in so many steps: one each quarter of a second. */
export const stepsPerMinute = 240;

/** A candle in whole ticks and steps. */
export interface Units {
  readonly openTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly amount: number;
  readonly value: number;
  readonly trades: number;
  readonly takerAmount: number;
  readonly takerValue: number;
  readonly firstTrade: number;
}

/** The candle as exchanges write it: decimal strings. */
export interface PrintedCandle {
  readonly openTime: number;
  /** Last millisecond. */
  readonly closeTime: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  readonly quoteVolume: string;
  readonly trades: number;
  readonly takerBuyVolume: string;
  readonly takerBuyQuoteVolume: string;
  readonly firstTrade: number;
}

export interface Decimals {
  readonly priceDecimals: number;
  readonly amountDecimals: number;
}

/** How many of a minute's steps have happened at a time; all of them when it is over. */
export const stepsDone = (openTime: number, now: number): number =>
  Math.max(1, Math.min(stepsPerMinute, Math.floor(((now - openTime) / MINUTE_MS) * stepsPerMinute) + 1));

/** Nothing was traded. */
export const flat = (openTime: number, price: number): Units => ({
  openTime,
  open: price,
  high: price,
  low: price,
  close: price,
  amount: 0,
  value: 0,
  trades: 0,
  takerAmount: 0,
  takerValue: 0,
  firstTrade: 0,
});

export function printed(units: Units, { priceDecimals, amountDecimals }: Decimals): PrintedCandle {
  const valueDecimals = priceDecimals + amountDecimals;
  return {
    openTime: units.openTime,
    closeTime: units.openTime + MINUTE_MS - 1,
    open: decimal(units.open, priceDecimals),
    high: decimal(units.high, priceDecimals),
    low: decimal(units.low, priceDecimals),
    close: decimal(units.close, priceDecimals),
    volume: decimal(units.amount, amountDecimals),
    quoteVolume: decimal(units.value, valueDecimals),
    trades: units.trades,
    takerBuyVolume: decimal(units.takerAmount, amountDecimals),
    takerBuyQuoteVolume: decimal(units.takerValue, valueDecimals),
    firstTrade: units.firstTrade,
  };
}

/** Whole units as an exact decimal string. */
export function decimal(units: number | bigint, decimals: number): string {
  const digits = String(units);
  if (decimals === 0) return digits;
  const padded = digits.padStart(decimals + 1, '0');
  return `${padded.slice(0, -decimals)}.${padded.slice(-decimals)}`;
}

/** Without the zeros at its end, as some exchanges write numbers. */
export function trimmed(text: string): string {
  if (!text.includes('.')) return text;
  let end = text.length;
  while (text.charCodeAt(end - 1) === 48) end--;
  return text.slice(0, text.charCodeAt(end - 1) === 46 ? end - 1 : end);
}

/** With at least so many decimals. */
export function padded(text: string, decimals: number): string {
  const point = text.indexOf('.');
  const has = point < 0 ? 0 : text.length - point - 1;
  if (has >= decimals) return text;
  return `${text}${point < 0 ? '.' : ''}${'0'.repeat(decimals - has)}`;
}
