/** Kline events of the WebSocket: agreed shape in, candle out; anything else is a problem with a reason. */
import { candleProblem, MINUTE_MS } from '@screener/market';
import { z } from 'zod';
import type { ExchangeProblem, KlineUpdate } from '../exchange.ts';
import { decimalText, time } from '../fields.ts';
import { isObject, jsonOf, refuse, refuseShape } from '../stream/frame.ts';

/** Further fields (`f`, `L`, `B`, and since 2026 `st`, `ps`, `nq`, `ap`) may come and go. */
const klineEvent = z.object({
  e: z.literal('kline'),
  E: time,
  s: z.string().min(1),
  k: z.object({
    t: time,
    T: time,
    s: z.string().min(1),
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

export type Parsed = { readonly update: KlineUpdate } | { readonly problem: ExchangeProblem } | 'answer';

/** A raw or a combined frame. `answer`: the reply to a request of ours. */
export function parseKlineFrame(text: string): Parsed {
  const frame = jsonOf(text);
  if (frame === undefined) return refuse('not-json', 'a frame is not JSON', text);
  if (isObject(frame) && 'id' in frame && ('result' in frame || 'error' in frame)) return 'answer';
  const event = isObject(frame) && 'data' in frame ? frame.data : frame;
  const parsed = klineEvent.safeParse(event);
  if (!parsed.success && isObject(event) && event.e === 'serverShutdown') {
    return refuse('connection', 'the exchange will end the connection', text);
  }
  if (!parsed.success) return refuseShape(parsed.error, text);
  const { E, s, k } = parsed.data;
  const candle = {
    openTime: k.t,
    open: Number(k.o),
    high: Number(k.h),
    low: Number(k.l),
    close: Number(k.c),
    volume: Number(k.v),
    quoteVolume: Number(k.q),
    trades: k.n,
    takerBuyVolume: Number(k.V),
    takerBuyQuoteVolume: Number(k.Q),
  };
  const absurd = absurdity(candle, k.T, s === k.s);
  if (absurd !== undefined) return refuse('absurd-numbers', `a candle of ${s}: ${absurd}`, text);
  return { update: { symbol: s, candle, closed: k.x, eventTime: E } };
}

/** Why nobody can have meant this candle. */
export function absurdity(candle: KlineUpdate['candle'], closeTime: number, sameSymbol = true): string | undefined {
  if (!sameSymbol) return 'two symbols in one frame';
  if (closeTime !== candle.openTime + MINUTE_MS - 1) return `it ends at ${closeTime}, not with its minute`;
  if (!(candle.takerBuyVolume >= 0 && candle.takerBuyVolume <= candle.volume))
    return 'takers bought more than was traded';
  return candleProblem(candle);
}
