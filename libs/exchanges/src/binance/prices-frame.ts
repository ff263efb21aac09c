/** The all-market mini ticker: last prices of what traded within the last second. */
import { z } from 'zod';
import type { PriceUpdate } from '../exchange.ts';
import { decimalText, isSymbolText, time } from '../fields.ts';
import { decimalNumber, isWhole } from '../stream/decimal-number.ts';
import { type FrameReading, refuse, refuseShape } from '../stream/frame.ts';
import { readEvent } from './event-frame.ts';

const miniTickers = z.array(z.object({ e: z.literal('24hrMiniTicker'), E: time, s: z.string(), c: decimalText }));

export const readPricesFrame = (text: string): FrameReading =>
  readEvent(text, (event) => {
    const prices: PriceUpdate[] = [];
    for (const entry of Array.isArray(event) ? event : [undefined]) {
      const { e, E: eventTime, s: symbol, c } = Object(entry);
      const price = decimalNumber(c);
      if (e !== '24hrMiniTicker' || !isWhole(eventTime) || typeof symbol !== 'string' || !(price >= 0)) {
        return refused(event, text);
      }
      // What was never traded has no price, and what cannot be an instrument hides no other.
      if (price > 0 && isSymbolText(symbol)) prices.push({ symbol, price, eventTime });
    }
    return { prices };
  });

function refused(event: unknown, text: string): FrameReading {
  const parsed = miniTickers.safeParse(event);
  if (parsed.success) return refuse('absurd-numbers', 'a price is beyond all measure', text);
  return refuseShape(parsed.error, event, text);
}
