/** Candle frames of OKX v5: agreed shape in, candles out; anything else is a problem with a reason. */
import { type Candle, candleProblem, MINUTE_MS } from '@screener/market';
import { z } from 'zod';
import type { ExchangeProblem, KlineUpdate } from '../exchange.ts';
import type { ExchangeClock } from '../exchange-clock.ts';
import { decimalText, isSymbolText, symbolText, timeDigits, timeText } from '../fields.ts';
import { plainCandle } from '../rest/candle-rows.ts';
import { decimalNumber } from '../stream/decimal-number.ts';
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

const rowLength = 9;

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
    if (!told.success) return refuseShape(told.error, frame, text);
    if (told.data.event === 'error') return refuse('connection', 'a subscription was refused', text);
    return told.data.event === 'notice' ? 'shutdown' : 'answer';
  }
  const candles = soundCandles(frame, market) ?? candlesByShape(frame, market, text);
  if ('problem' in candles) return candles;
  return {
    updates: candles.map(({ symbol, candle, closed }) => {
      // The frame has no time of its own. A closed candle proves that its minute is over.
      return { symbol, candle, closed, eventTime: clock.time(candle.openTime + (closed ? MINUTE_MS : 0)) };
    }),
  };
}

type PushedCandle = Omit<KlineUpdate, 'eventTime'>;

/** As strict as the shape, without its cost. What it does not take, the shape refuses in words. */
export function soundCandles(frame: unknown, market: OkxMarket): readonly PushedCandle[] | undefined {
  if (!isObject(frame) || !isObject(frame.arg) || !Array.isArray(frame.data) || frame.data.length === 0)
    return undefined;
  const { channel, instId: symbol } = frame.arg;
  if (channel !== candleChannel || !isSymbolText(symbol)) return undefined;
  const candles: PushedCandle[] = [];
  for (const row of frame.data) {
    if (!Array.isArray(row) || row.length !== rowLength) return undefined;
    const [time, open, high, low, close, volume, currencyVolume, quoteVolume, confirm] = row;
    if (typeof time !== 'string' || !timeDigits.test(time) || (confirm !== '0' && confirm !== '1')) return undefined;
    const amounts = [decimalNumber(volume), decimalNumber(currencyVolume)] as const;
    const prices = [decimalNumber(open), decimalNumber(high), decimalNumber(low), decimalNumber(close)] as const;
    const amount = market === 'swap' ? amounts[1] : amounts[0];
    const candle = plainCandle(Number(time), prices, amount, decimalNumber(quoteVolume));
    if (Number.isNaN(amounts[0] + amounts[1]) || candleProblem(candle) !== undefined) return undefined;
    candles.push({ symbol, candle, closed: confirm === '1' });
  }
  return candles;
}

export function candlesByShape(
  frame: unknown,
  market: OkxMarket,
  text: string,
): readonly PushedCandle[] | { readonly problem: ExchangeProblem } {
  const parsed = candleFrame.safeParse(frame);
  if (!parsed.success) {
    return refuseShape(
      parsed.error,
      frame,
      text,
      isObject(frame) && isObject(frame.arg) ? frame.arg.instId : undefined,
    );
  }
  const { arg, data } = parsed.data;
  const symbol = arg.instId;
  const candles: PushedCandle[] = [];
  for (const row of data) {
    const candle = okxCandle(row, market);
    const absurd = candleProblem(candle);
    if (absurd !== undefined) return refuse('absurd-numbers', `a candle of ${symbol}: ${absurd}`, text, symbol);
    candles.push({ symbol, candle, closed: row[8] === '1' });
  }
  return candles;
}
