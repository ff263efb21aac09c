/** Candles of a REST answer, checked row by row and turned oldest first. */
import { barOpenTime, type Candle, candleProblem, openTimeProblem } from '@screener/market';
import type { z } from 'zod';
import type { ExchangeProblem, ProblemListener } from '../exchange.ts';
import { problemText, sampleLength } from '../stream/frame.ts';
import type { BarRange } from './kline-plan.ts';

/** What was asked for. */
export interface AskedBars extends BarRange {
  readonly symbol: string;
  readonly problem: ProblemListener;
}

export interface ReadRow {
  readonly candle: Candle;
  /** What is wrong with the fields that a candle does not keep. */
  readonly absurd?: string | undefined;
}

/** A candle of an exchange that says neither how many trades it had nor who was the taker: those are 0. */
export const plainCandle = (
  openTime: number,
  [open, high, low, close]: readonly [number, number, number, number],
  volume: number,
  quoteVolume: number,
): Candle => ({
  openTime,
  open,
  high,
  low,
  close,
  volume,
  quoteVolume,
  trades: 0,
  takerBuyVolume: 0,
  takerBuyQuoteVolume: 0,
});

export interface RowFormat<Row> {
  readonly shape: z.ZodType<Row>;
  readonly read: (row: Row) => ReadRow;
  readonly order: 'oldest-first' | 'newest-first';
  /** Of the open time, which comes first in a row. Default: ms. */
  readonly timeUnitMs?: number;
  /** True where the exchange cannot be asked for so little: what was not asked for is left out. */
  readonly unaskedToo?: boolean;
}

/**
 * A bad row is refused and reported, the others stand. Throws when none is sound, and when the rows are not in the order
 * that the exchange is known for, double, or not those that were asked for: then it is not the answer that we know.
 */
export function readRows<Row>(rows: readonly unknown[], format: RowFormat<Row>, asked: AskedBars): readonly Candle[] {
  const candles: Candle[] = [];
  const refused: { readonly problem: ExchangeProblem; readonly cause: Error }[] = [];
  for (const row of rows) {
    const parsed = format.shape.safeParse(row);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const text = `a row has another shape: ${issue?.path.join('.')}: ${issue?.message}`;
      const problem = { ...rowProblem('unknown-shape', text, row, asked.symbol), ...openTimeOf(row, format, asked) };
      refused.push({ problem, cause: parsed.error });
      continue;
    }
    const { candle, absurd = candleProblem(candle) ?? misaligned(candle, asked.minutes) } = format.read(parsed.data);
    if (absurd === undefined) candles.push(candle);
    else {
      const text = `the candle of ${candle.openTime}: ${absurd}`;
      const problem = { ...rowProblem('absurd-numbers', text, row, asked.symbol), openTime: candle.openTime };
      refused.push({ problem, cause: new RangeError(text) });
    }
  }
  if (refused[0] !== undefined && candles.length === 0) throw refused[0].cause;
  const ordered = inOrder(format.order === 'newest-first' ? candles.toReversed() : candles);
  const isAsked = (openTime = asked.from): boolean => openTime >= asked.from && openTime <= asked.to;
  const unasked = ordered.find(({ openTime }) => !isAsked(openTime));
  if (unasked !== undefined && !format.unaskedToo) {
    throw new RangeError(`the candle of ${unasked.openTime} was not asked for`);
  }
  for (const { problem } of refused) if (isAsked(problem.openTime)) asked.problem(problem);
  return unasked === undefined ? ordered : ordered.filter(({ openTime }) => isAsked(openTime));
}

function inOrder(candles: readonly Candle[]): readonly Candle[] {
  let previous = Number.NEGATIVE_INFINITY;
  for (const { openTime } of candles) {
    if (openTime <= previous)
      throw new RangeError(`the candle of ${openTime} was not asked for: it is double, or in another order`);
    previous = openTime;
  }
  return candles;
}

const misaligned = ({ openTime }: Candle, minutes: number): string | undefined =>
  barOpenTime(openTime, minutes) === openTime ? undefined : `open time ${openTime} is not the start of a bar`;

/** Of a row of another shape, where that much of it is sound. */
function openTimeOf(
  row: unknown,
  { timeUnitMs = 1 }: { readonly timeUnitMs?: number },
  { minutes }: BarRange,
): { readonly openTime?: number } {
  const first: unknown = Array.isArray(row) ? row[0] : undefined;
  if (typeof first !== 'number' && !(typeof first === 'string' && /^\d{1,15}$/.test(first))) return {};
  const openTime = Number(first) * timeUnitMs;
  return openTimeProblem(openTime) === undefined && barOpenTime(openTime, minutes) === openTime ? { openTime } : {};
}

function rowProblem(reason: ExchangeProblem['reason'], text: string, row: unknown, symbol: string): ExchangeProblem {
  const frame = JSON.stringify(row) ?? '';
  return { reason, text: problemText(`${symbol}: ${text}`), sample: frame.slice(0, sampleLength), symbol, frame };
}
