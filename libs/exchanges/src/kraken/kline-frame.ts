/** OHLC frames of Kraken's WebSocket v2: agreed shape in, candles out; anything else is a problem with a reason. */
import { candleProblem } from '@screener/market';
import { z } from 'zod';
import type { KlineUpdate } from '../exchange.ts';
import { symbolText } from '../fields.ts';
import { plainCandle } from '../rest/candle-rows.ts';
import { ClosedByNext } from '../stream/closed-by-next.ts';
import { type FrameReader, type FrameReading, isObject, jsonOf, refuse, refuseShape } from '../stream/frame.ts';

/** RFC 3339 with up to nine digits of a second. */
const timestamp = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/)
  .transform((text) => Date.parse(text))
  .refine(Number.isFinite);

const ohlcFrame = z.object({
  channel: z.literal('ohlc'),
  type: z.enum(['snapshot', 'update']),
  timestamp,
  data: z
    .array(
      z.object({
        symbol: symbolText,
        interval: z.literal(1),
        interval_begin: timestamp,
        open: z.number(),
        high: z.number(),
        low: z.number(),
        close: z.number(),
        vwap: z.number().nonnegative(),
        volume: z.number().nonnegative(),
        trades: z.int().nonnegative(),
      }),
    )
    .min(1),
});

const reply = z.object({ method: z.enum(['subscribe', 'unsubscribe', 'pong']), success: z.boolean().optional() });
const lifeSigns: ReadonlySet<unknown> = new Set(['heartbeat', 'status']);

export function krakenReader(): FrameReader {
  const closedByNext = new ClosedByNext();
  return (text): FrameReading => {
    const frame = jsonOf(text);
    if (frame === undefined) return refuse('not-json', 'a frame is not JSON', text);
    if (isObject(frame) && 'method' in frame) {
      const answer = reply.safeParse(frame);
      if (!answer.success) return refuseShape(answer.error, frame, text);
      return answer.data.success === false ? refuse('connection', 'a subscription was refused', text) : 'answer';
    }
    if (isObject(frame) && lifeSigns.has(frame.channel)) return 'answer';
    const parsed = ohlcFrame.safeParse(frame);
    if (!parsed.success) return refuseShape(parsed.error, frame, text, symbolOf(frame));
    const candles = parsed.data.data.map(({ symbol, interval_begin, open, high, low, close, ...rest }) => ({
      symbol,
      candle: {
        ...plainCandle(interval_begin, [open, high, low, close], rest.volume, rest.volume * rest.vwap),
        trades: rest.trades,
      },
    }));
    // None of a frame is taken where one of it is absurd: what closes what would be a guess.
    for (const { symbol, candle } of candles) {
      const absurd = candleProblem(candle);
      if (absurd !== undefined) return refuse('absurd-numbers', `a candle of ${symbol}: ${absurd}`, text, symbol);
    }
    const updates: KlineUpdate[] = candles.flatMap(({ symbol, candle }) => [
      ...closedByNext.updates(symbol, candle, parsed.data.timestamp),
    ]);
    return { updates };
  };
}

/** Of a frame about one symbol. */
function symbolOf(frame: unknown): unknown {
  const [first, second]: readonly unknown[] = isObject(frame) && Array.isArray(frame.data) ? frame.data : [];
  return second === undefined && isObject(first) ? first.symbol : undefined;
}
