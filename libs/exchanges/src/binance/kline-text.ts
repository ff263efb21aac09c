/** Kline frames in the form in which nearly all of them come, read without making objects of their text. */
import type { Candle } from '@screener/market';
import type { KlineUpdate } from '../exchange.ts';
import { isSymbolText } from '../fields.ts';
import { TextCursor } from '../stream/text-cursor.ts';
import { absurdity } from './absurdity.ts';

interface Kline {
  readonly candle: Candle;
  readonly closeTime: number;
  readonly closed: boolean;
}

const key = (name: string): number => name.charCodeAt(0);
const [event, eventTime, symbolKey, klineKey] = [key('e'), key('E'), key('s'), key('k')];
const [openTimeKey, closeTimeKey, intervalKey, tradesKey, closedKey] = [
  key('t'),
  key('T'),
  key('i'),
  key('n'),
  key('x'),
];
const [openKey, highKey, lowKey, closeKey] = [key('o'), key('h'), key('l'), key('c')];
const [volumeKey, valueKey, takerVolumeKey, takerValueKey] = [key('v'), key('q'), key('V'), key('Q')];

const cursor = new TextCursor();

/** undefined: it has another form, or is not sound. What is read here is what `JSON.parse` and the checks make of it. */
export function usualUpdate(text: string): KlineUpdate | undefined {
  cursor.begin(text);
  if (!cursor.found('{"stream":')) return undefined;
  cursor.word();
  cursor.literal(',"data":{');
  let time = Number.NaN;
  let symbol = '';
  let isKline = false;
  let kline: Kline | undefined;
  do {
    switch (cursor.key()) {
      case event:
        cursor.literal('"kline"');
        isKline = true;
        break;
      case eventTime:
        time = cursor.whole();
        break;
      case symbolKey:
        // One that comes after its candle is for others to compare.
        if (kline !== undefined) return undefined;
        symbol = cursor.word();
        break;
      case klineKey:
        kline = readKline(symbol);
        if (kline === undefined) return undefined;
        break;
      case 0:
        // The market of a merged stream.
        if (cursor.name === 'st') cursor.literal('1');
        else cursor.skip();
        break;
      default:
        cursor.skip();
    }
  } while (cursor.more());
  cursor.literal('}');
  if (cursor.failed || !cursor.ended || !isKline || kline === undefined) return undefined;
  if (!(time >= 0) || !isSymbolText(symbol)) return undefined;
  const { candle, closeTime, closed } = kline;
  return absurdity(candle, closeTime) === undefined ? { symbol, candle, closed, eventTime: time } : undefined;
}

/** What is missing is not a number, and no sound candle. */
function readKline(symbol: string): Kline | undefined {
  let [openTime, closeTime, trades] = [Number.NaN, Number.NaN, Number.NaN];
  let [open, high, low, close] = [Number.NaN, Number.NaN, Number.NaN, Number.NaN];
  let [volume, quoteVolume, takerBuyVolume, takerBuyQuoteVolume] = [Number.NaN, Number.NaN, Number.NaN, Number.NaN];
  let closed: boolean | undefined;
  let [isMinute, isOfSymbol] = [false, false];
  cursor.literal('{');
  do {
    switch (cursor.key()) {
      case openTimeKey:
        openTime = cursor.whole();
        break;
      case closeTimeKey:
        closeTime = cursor.whole();
        break;
      case symbolKey:
        isOfSymbol = cursor.word() === symbol;
        break;
      case intervalKey:
        isMinute = cursor.word() === '1m';
        break;
      case openKey:
        open = cursor.decimal();
        break;
      case closeKey:
        close = cursor.decimal();
        break;
      case highKey:
        high = cursor.decimal();
        break;
      case lowKey:
        low = cursor.decimal();
        break;
      case volumeKey:
        volume = cursor.decimal();
        break;
      case tradesKey:
        trades = cursor.whole();
        break;
      case closedKey:
        closed = cursor.found('true');
        if (!closed) cursor.literal('false');
        break;
      case valueKey:
        quoteVolume = cursor.decimal();
        break;
      case takerVolumeKey:
        takerBuyVolume = cursor.decimal();
        break;
      case takerValueKey:
        takerBuyQuoteVolume = cursor.decimal();
        break;
      default:
        cursor.skip();
    }
  } while (cursor.more());
  if (closed === undefined || !isMinute || !isOfSymbol) return undefined;
  const candle = {
    ...{ openTime, open, high, low, close, volume, quoteVolume, trades },
    ...{ takerBuyVolume, takerBuyQuoteVolume },
  };
  return { candle, closeTime, closed };
}
