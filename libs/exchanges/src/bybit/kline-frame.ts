/** Kline frames of Bybit v5: agreed shape in, candles out; anything else is a problem with a reason. */
import { candleProblem, MINUTE_MS } from '@screener/market';
import { z } from 'zod';
import type { KlineUpdate } from '../exchange.ts';
import { decimalText, isSymbolText, symbolText, time } from '../fields.ts';
import { plainCandle } from '../rest/candle-rows.ts';
import { decimalNumber, isWhole } from '../stream/decimal-number.ts';
import { type FrameReading, isObject, jsonOf, refuse, refuseShape } from '../stream/frame.ts';

export const topicPrefix = 'kline.1.';

const klineFrame = z.object({
  topic: z
    .string()
    .startsWith(topicPrefix)
    .transform((topic) => topic.slice(topicPrefix.length))
    .pipe(symbolText),
  type: z.literal('snapshot'),
  ts: time,
  data: z
    .array(
      z.object({
        start: time,
        end: time,
        interval: z.literal('1'),
        open: decimalText,
        close: decimalText,
        high: decimalText,
        low: decimalText,
        volume: decimalText,
        turnover: decimalText,
        confirm: z.boolean(),
      }),
    )
    .min(1),
});

/** Replies to subscriptions and pings; linear and spot word them differently. */
const reply = z.object({ op: z.enum(['subscribe', 'unsubscribe', 'ping', 'pong']), success: z.boolean().optional() });

export function readBybitFrame(text: string): FrameReading {
  const frame = jsonOf(text);
  if (frame === undefined) return refuse('not-json', 'a frame is not JSON', text);
  if (isObject(frame) && 'op' in frame) {
    const answer = reply.safeParse(frame);
    if (!answer.success) return refuseShape(answer.error, frame, text);
    return answer.data.success === false ? refuse('connection', 'a subscription was refused', text) : 'answer';
  }
  const updates = soundUpdates(frame);
  return updates === undefined ? readByShape(frame, text) : { updates };
}

/** As strict as the shape, without its cost. What it does not take, the shape refuses in words. */
export function soundUpdates(frame: unknown): readonly KlineUpdate[] | undefined {
  if (!isObject(frame)) return undefined;
  const { topic, type, ts, data } = frame;
  if (typeof topic !== 'string' || !topic.startsWith(topicPrefix)) return undefined;
  if (type !== 'snapshot' || !isWhole(ts) || !Array.isArray(data) || data.length === 0) return undefined;
  const symbol = topic.slice(topicPrefix.length);
  if (!isSymbolText(symbol)) return undefined;
  const updates: KlineUpdate[] = [];
  for (const entry of data) {
    const { start, end, interval, open, high, low, close, volume, turnover, confirm } = Object(entry);
    if (!isWhole(start) || end !== start + MINUTE_MS - 1) return undefined;
    if (interval !== '1' || typeof confirm !== 'boolean') return undefined;
    const prices = [decimalNumber(open), decimalNumber(high), decimalNumber(low), decimalNumber(close)] as const;
    const candle = plainCandle(start, prices, decimalNumber(volume), decimalNumber(turnover));
    if (candleProblem(candle) !== undefined) return undefined;
    updates.push({ symbol, candle, closed: confirm, eventTime: ts });
  }
  return updates;
}

export function readByShape(frame: unknown, text: string): FrameReading {
  const parsed = klineFrame.safeParse(frame);
  if (!parsed.success) return refuseShape(parsed.error, frame, text, symbolOf(frame));
  const { topic: symbol, ts, data } = parsed.data;
  const updates: KlineUpdate[] = [];
  for (const { start, end, open, high, low, close, volume, turnover, confirm } of data) {
    const prices = [Number(open), Number(high), Number(low), Number(close)] as const;
    const candle = plainCandle(start, prices, Number(volume), Number(turnover));
    const absurd = end === start + MINUTE_MS - 1 ? candleProblem(candle) : `it ends at ${end}, not with its minute`;
    if (absurd !== undefined) return refuse('absurd-numbers', `a candle of ${symbol}: ${absurd}`, text, symbol);
    updates.push({ symbol, candle, closed: confirm, eventTime: ts });
  }
  return { updates };
}

const symbolOf = (frame: unknown): string | undefined =>
  isObject(frame) && typeof frame.topic === 'string' ? /^kline\.[^.]+\.(.+)$/u.exec(frame.topic)?.[1] : undefined;
