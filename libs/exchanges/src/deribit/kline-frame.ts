/** Chart frames of Deribit's JSON-RPC: agreed shape in, candles out; anything else is a problem with a reason. */
import { candleProblem } from '@screener/market';
import { z } from 'zod';
import type { ExchangeClock } from '../exchange-clock.ts';
import { symbolText, time } from '../fields.ts';
import { plainCandle } from '../rest/candle-rows.ts';
import { ClosedByNext } from '../stream/closed-by-next.ts';
import { type FrameReader, type FrameReading, isObject, jsonOf, refuse, refuseShape } from '../stream/frame.ts';

const prefix = 'chart.trades.';
const suffix = '.1';
export const chartChannel = (symbol: string): string => `${prefix}${symbol}${suffix}`;

const chartFrame = z.object({
  method: z.literal('subscription'),
  params: z.object({
    channel: z
      .string()
      .startsWith(prefix)
      .endsWith(suffix)
      .transform((channel) => channel.slice(prefix.length, -suffix.length))
      .pipe(symbolText),
    data: z.object({
      tick: time,
      open: z.number(),
      high: z.number(),
      low: z.number(),
      close: z.number(),
      volume: z.number(),
      cost: z.number(),
    }),
  }),
});

const heartbeat = z.object({ params: z.object({ type: z.enum(['heartbeat', 'test_request']) }) });

/** Whoever does not answer a test_request is cut off. */
const testAnswer = JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'public/test', params: {} });

export function deribitReader(clock: ExchangeClock): FrameReader {
  const closedByNext = new ClosedByNext();
  return (text): FrameReading => {
    const frame = jsonOf(text);
    if (frame === undefined) return refuse('not-json', 'a frame is not JSON', text);
    if (isObject(frame) && 'id' in frame && 'result' in frame) return 'answer';
    if (isObject(frame) && 'error' in frame) return refuse('connection', 'a request was refused', text);
    if (isObject(frame) && frame.method === 'heartbeat') {
      const beat = heartbeat.safeParse(frame);
      if (!beat.success) return refuseShape(beat.error, frame, text);
      return beat.data.params.type === 'test_request' ? { reply: testAnswer } : 'answer';
    }
    const parsed = chartFrame.safeParse(frame);
    if (!parsed.success) return refuseShape(parsed.error, frame, text, symbolOf(frame));
    const { channel: symbol, data } = parsed.data.params;
    const candle = plainCandle(data.tick, [data.open, data.high, data.low, data.close], data.volume, data.cost);
    const absurd = candleProblem(candle);
    if (absurd !== undefined) return refuse('absurd-numbers', `a candle of ${symbol}: ${absurd}`, text, symbol);
    // The frame has no time of its own; a candle that was pushed has begun.
    return { updates: closedByNext.updates(symbol, candle, clock.time(candle.openTime)) };
  };
}

function symbolOf(frame: unknown): string | undefined {
  const channel = isObject(frame) && isObject(frame.params) ? frame.params.channel : undefined;
  return typeof channel === 'string' ? /^chart\.trades\.(.+)\.[^.]+$/u.exec(channel)?.[1] : undefined;
}
