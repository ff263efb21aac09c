/** Candle frames of OKX v5: agreed shape in, candles out; anything else is a problem with a reason. */
import { type Candle, candleProblem, MINUTE_MS } from '@screener/market';
import { z } from 'zod';
import type { KlineUpdate } from '../exchange.ts';
import type { ExchangeClock } from '../exchange-clock.ts';
import { decimalText, symbolText, timeText } from '../fields.ts';
import { plainCandle } from '../rest/candle-rows.ts';
import { type FrameReading, isObject, jsonOf, refuse, refuseShape } from '../stream/frame.ts';

export type OkxMarket = 'swap' | 'spot';

export const candleChannel = 'candle1m';

/** Of REST and stream alike: time, prices, volume, volume in currency, in quote currency, confirm. */
export const candleRow = z.tuple([
  timeText,
  decimalText,
  decimalText,
  decimalText,
  decimalText,
  decimalText,
  decimalText,
  decimalText,
  z.enum(['0', '1']),
]);

/** Frames of 2022 had seven values and no word on whether the candle is over: they are refused. */
const candleFrame = z.object({
  arg: z.object({ channel: z.literal(candleChannel), instId: symbolText }),
  data: z.array(candleRow).min(1),
});

/** `volume` counts contracts for swaps, whose amount in coins is the next field. */
export function okxCandle(row: z.infer<typeof candleRow>, market: OkxMarket): Candle {
  const [openTime, open, high, low, close, volume, currencyVolume, quoteVolume] = row;
  const amount = market === 'swap' ? currencyVolume : volume;
  const prices = [Number(open), Number(high), Number(low), Number(close)] as const;
  return plainCandle(openTime, prices, Number(amount), Number(quoteVolume));
}

/** A notice announces that the connection will be closed for an upgrade. */
const event = z.object({ event: z.enum(['subscribe', 'unsubscribe', 'error', 'notice', 'channel-conn-count']) });

export function readOkxFrame(text: string, market: OkxMarket, clock: ExchangeClock): FrameReading {
  if (text === 'pong') return 'answer';
  const frame = jsonOf(text);
  if (frame === undefined) return refuse('not-json', 'a frame is not JSON', text);
  if (isObject(frame) && 'event' in frame) {
    const told = event.safeParse(frame);
    if (!told.success) return refuseShape(told.error, text);
    if (told.data.event === 'error') return refuse('connection', 'a subscription was refused', text);
    return told.data.event === 'notice' ? refuse('connection', 'the exchange will end the connection', text) : 'answer';
  }
  const parsed = candleFrame.safeParse(frame);
  if (!parsed.success) return refuseShape(parsed.error, text);
  const { arg, data } = parsed.data;
  const symbol = arg.instId;
  const updates: KlineUpdate[] = [];
  for (const row of data) {
    const candle = okxCandle(row, market);
    const absurd = candleProblem(candle);
    if (absurd !== undefined) return refuse('absurd-numbers', `a candle of ${symbol}: ${absurd}`, text);
    const closed = row[8] === '1';
    // The frame has no time of its own. A closed candle proves that its minute is over.
    const eventTime = clock.time(candle.openTime + (closed ? MINUTE_MS : 0));
    updates.push({ symbol, candle, closed, eventTime });
  }
  return { updates };
}
