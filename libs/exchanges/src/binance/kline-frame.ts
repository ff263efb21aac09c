/** Kline events of the WebSocket: agreed shape in, candle out; anything else is a problem with a reason. */
import type { Candle } from '@screener/market';
import { z } from 'zod';
import type { KlineUpdate } from '../exchange.ts';
import { decimalText, isSymbolText, symbolText, time } from '../fields.ts';
import { decimalNumber, isWhole } from '../stream/decimal-number.ts';
import { type FrameReading, isObject, refuse, refuseShape } from '../stream/frame.ts';
import { absurdity } from './absurdity.ts';
import { readEvent } from './event-frame.ts';

/** Since 2026-06-30 streams carry both futures markets. */
const usdMargined = 1;
const coinMargined = 2;

/** Further fields (`f`, `L`, `B`, and since 2026 `ps`, `nq`, `ap`) may come and go. */
const klineEvent = z.object({
  e: z.literal('kline'),
  E: time,
  s: symbolText,
  st: z.literal(usdMargined).optional(),
  k: z.object({
    t: time,
    T: time,
    s: symbolText,
    i: z.literal('1m'),
    o: decimalText,
    c: decimalText,
    h: decimalText,
    l: decimalText,
    v: decimalText,
    n: z.int().nonnegative(),
    x: z.boolean(),
    q: decimalText,
    V: decimalText,
    Q: decimalText,
  }),
});

/** A raw or a combined frame. */
export const readKlineFrame = (text: string): FrameReading =>
  readEvent(text, (event) => {
    if (isObject(event) && event.st === coinMargined) return 'foreign';
    const update = soundUpdate(event);
    return update === undefined ? readByShape(event, text) : { updates: [update] };
  });

/**
 * As strict as the shape, without its cost: hundreds of these come every second. What it does not take, the shape
 * refuses in words.
 */
export function soundUpdate(event: unknown): KlineUpdate | undefined {
  if (!isObject(event)) return undefined;
  const { e, E, s, st, k } = event;
  if (e !== 'kline' || !isWhole(E) || !isSymbolText(s) || !isObject(k)) return undefined;
  if (st !== undefined && st !== usdMargined) return undefined;
  const { t, T, n, x } = k;
  if (k.s !== s || k.i !== '1m' || !isWhole(t) || !isWhole(T) || !isWhole(n) || typeof x !== 'boolean')
    return undefined;
  const candle = candleOf(t, n, k);
  return absurdity(candle, T) === undefined ? { symbol: s, candle, closed: x, eventTime: E } : undefined;
}

export function readByShape(event: unknown, text: string): FrameReading {
  const parsed = klineEvent.safeParse(event);
  if (!parsed.success) return refuseShape(parsed.error, event, text, isObject(event) ? event.s : undefined);
  const { E, s, k } = parsed.data;
  const candle = candleOf(k.t, k.n, k);
  const absurd = s === k.s ? absurdity(candle, k.T) : 'two symbols in one frame';
  if (absurd !== undefined) return refuse('absurd-numbers', `a candle of ${s}: ${absurd}`, text, s);
  return { updates: [{ symbol: s, candle, closed: k.x, eventTime: E }] };
}

const candleOf = (openTime: number, trades: number, { o, h, l, c, v, q, V, Q }: Record<string, unknown>): Candle => ({
  openTime,
  open: decimalNumber(o),
  high: decimalNumber(h),
  low: decimalNumber(l),
  close: decimalNumber(c),
  volume: decimalNumber(v),
  quoteVolume: decimalNumber(q),
  trades,
  takerBuyVolume: decimalNumber(V),
  takerBuyQuoteVolume: decimalNumber(Q),
});
