/** Real candles from a CSV file, gzipped or not, as whole units of price and amount. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { reasonOf, ScreenerError } from '@screener/errors';
import { MINUTE_MS } from '@screener/market';
import type { Units } from '../units.ts';

export interface ReplayedCandles {
  readonly priceDecimals: number;
  readonly amountDecimals: number;
  readonly firstOpenTime: number;
  readonly lastOpenTime: number;
  readonly candles: ReadonlyMap<number, Units>;
}

const needed = ['open_time_ms', 'open', 'high', 'low', 'close', 'volume'] as const;
const known = [...needed, 'quote_volume', 'trades', 'taker_buy_volume', 'taker_buy_quote_volume'] as const;
type Column = (typeof known)[number];
const expected = `candles of one minute, columns ${needed.join(', ')}`;
const bytesMax = 1_024 * 1_024 * 1_024;
/** Of price and amount together: their product must be a whole number that is exact. Amounts beyond it are rounded. */
const decimalsMax = 14;
/** Where a source says nothing about who bought. */
const takerShare = 0.5;

export function readCandles(file: string): ReplayedCandles {
  let text: string;
  try {
    const bytes = readFileSync(file);
    text = (
      bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, { maxOutputLength: bytesMax }) : bytes
    ).toString();
  } catch (cause) {
    throw new ScreenerError('FILE_UNREADABLE', { file, reason: reasonOf(cause), expected }, { cause });
  }
  const found = parseCandles(text);
  if (!('line' in found)) return found;
  throw new ScreenerError('FILE_LINE_INVALID', { file, line: found.line, reason: found.reason, expected });
}

export interface WrongLine {
  readonly line: number;
  readonly reason: string;
}

export function parseCandles(text: string): ReplayedCandles | WrongLine {
  const lines = text.split(/\r?\n/);
  const names = (lines[0] ?? '').split(',');
  const missing = needed.find((name) => !names.includes(name));
  if (missing !== undefined) return { line: 1, reason: `no column ${missing}` };
  const places = new Map(known.map((name) => [name, names.indexOf(name)]));
  const rows = lines.slice(1).map((line) => {
    const cells = line.split(',');
    return (name: Column): string => plain(cells[places.get(name) ?? -1] ?? '');
  });
  while (rows.length > 0 && lines[rows.length] === '') rows.pop();
  if (rows.length === 0) return { line: 2, reason: 'no candle' };
  const decimals = (columns: readonly Column[]): number =>
    rows.reduce((most, cell) => Math.max(most, ...columns.map((name) => decimalsOf(cell(name)))), 0);
  const priceDecimals = decimals(['open', 'high', 'low', 'close']);
  const amountDecimals = Math.min(decimals(['volume', 'taker_buy_volume']), decimalsMax - priceDecimals);
  const candles = new Map<number, Units>();
  let last = Number.NEGATIVE_INFINITY;
  for (const [index, cell] of rows.entries()) {
    const units = unitsOf(cell, priceDecimals, amountDecimals);
    const wrong = typeof units === 'string' ? units : units.openTime <= last ? 'not later than the one before' : '';
    if (typeof units === 'string' || wrong !== '') return { line: index + 2, reason: wrong };
    last = units.openTime;
    candles.set(last, units);
  }
  const [first = last] = candles.keys();
  return { priceDecimals, amountDecimals, firstOpenTime: first, lastOpenTime: last, candles };
}

function unitsOf(cell: (name: Column) => string, priceDecimals: number, amountDecimals: number): Units | string {
  const openTime = Number(cell('open_time_ms'));
  if (!Number.isSafeInteger(openTime) || openTime % MINUTE_MS !== 0) return 'no time at which a minute begins';
  for (const name of needed) if (!/^\d+(\.\d+)?$/.test(cell(name))) return `${name} is '${cell(name)}'`;
  const price = (name: Column): number => whole(cell(name), priceDecimals);
  const [open, high, low, close] = [price('open'), price('high'), price('low'), price('close')];
  const amount = whole(cell('volume'), amountDecimals);
  const valueDecimals = priceDecimals + amountDecimals;
  const value = (name: Column, otherwise: number): number =>
    cell(name) === '' ? otherwise : whole(cell(name), valueDecimals);
  const takerAmount =
    cell('taker_buy_volume') === '' ? Math.round(amount * takerShare) : whole(cell('taker_buy_volume'), amountDecimals);
  const units: Units = {
    openTime,
    open,
    high,
    low,
    close,
    amount,
    value: value('quote_volume', amount * close),
    trades: cell('trades') === '' ? Math.min(amount, 1) : Number(cell('trades')),
    takerAmount,
    takerValue: value('taker_buy_quote_volume', takerAmount * close),
    firstTrade: openTime,
  };
  if (high < Math.max(open, close) || low > Math.min(open, close)) return 'high and low do not enclose open and close';
  const unsafe = Object.values(units).some((number: number) => !Number.isSafeInteger(number));
  return unsafe ? 'a number with more digits than can be kept exactly' : units;
}

/** Floats may come as 3.7e-06. */
const plain = (text: string): string =>
  /^\d[\d.]*e[-+]?\d+$/i.test(text)
    ? Number(text)
        .toFixed(12)
        .replace(/\.?0+$/, '')
    : text;

const decimalsOf = (text: string): number => (text.includes('.') ? text.length - text.indexOf('.') - 1 : 0);

/** Digits beyond `decimals` are rounded off. */
function whole(text: string, decimals: number): number {
  const [digits = '', fraction = ''] = text.split('.');
  const kept = Number(digits + fraction.slice(0, decimals).padEnd(decimals, '0'));
  return Number(fraction[decimals] ?? 0) >= 5 ? kept + 1 : kept;
}
