/** Kline frames in the form in which nearly all of them come, read from their bytes. */
import type { Candle } from '@screener/market';
import type { KlineUpdate } from '../exchange.ts';
import { isSymbolText } from '../fields.ts';
import { asBytes, ByteCursor } from '../stream/byte-cursor.ts';
import { KnownTexts } from '../stream/known-texts.ts';
import { absurdity } from './absurdity.ts';

interface Kline {
  readonly candle: Candle;
  readonly closeTime: number;
  readonly closed: boolean;
}

const key = (name: string): number => name.charCodeAt(0);
const eventKey = key('e');
const eventTimeKey = key('E');
const symbolKey = key('s');
const klineKey = key('k');
const openTimeKey = key('t');
const closeTimeKey = key('T');
const intervalKey = key('i');
const openKey = key('o');
const highKey = key('h');
const lowKey = key('l');
const closeKey = key('c');
const volumeKey = key('v');
const tradesKey = key('n');
const closedKey = key('x');
const quoteVolumeKey = key('q');
const takerVolumeKey = key('V');
const takerQuoteVolumeKey = key('Q');

const beginning = asBytes('{"stream":');
const data = asBytes(',"data":{');
const kline = asBytes('"kline"');
const marketKey = asBytes('st');
const usdMargined = asBytes('1');
const minute = asBytes('1m');
const yes = asBytes('true');
const no = asBytes('false');
const openingBrace = asBytes('{');
const closingBrace = asBytes('}');

const cursor = new ByteCursor();
const symbols = new KnownTexts(isSymbolText);

/**
 * Of the frame from `begin` to `end`. undefined: it has another form, or is not sound. What is read here is what `JSON.parse`
 * and the checks make of it.
 */
export function usualUpdate(bytes: Buffer, begin: number, end: number): KlineUpdate | undefined {
  cursor.begin(bytes, begin, end);
  if (!cursor.found(beginning)) return undefined;
  cursor.word();
  cursor.literal(data);
  let eventTime = Number.NaN;
  let symbolBegin = 0;
  let symbolEnd = 0;
  let isKline = false;
  let read: Kline | undefined;
  do {
    switch (cursor.key()) {
      case eventKey:
        cursor.literal(kline);
        isKline = true;
        break;
      case eventTimeKey:
        eventTime = cursor.whole();
        break;
      case symbolKey:
        // One that comes after its candle is for others to compare.
        if (read !== undefined) return undefined;
        cursor.word();
        symbolBegin = cursor.wordBegin;
        symbolEnd = cursor.wordEnd;
        break;
      case klineKey:
        read = readKline(symbolBegin, symbolEnd);
        if (read === undefined) return undefined;
        break;
      case 0:
        if (cursor.isWord(marketKey)) cursor.literal(usdMargined);
        else cursor.skip();
        break;
      default:
        cursor.skip();
    }
  } while (cursor.more());
  cursor.literal(closingBrace);
  if (cursor.failed || !cursor.ended || !isKline || read === undefined || !(eventTime >= 0)) return undefined;
  const symbol = symbols.at(bytes, symbolBegin, symbolEnd);
  if (symbol === undefined) return undefined;
  const { candle, closeTime, closed } = read;
  return absurdity(candle, closeTime) === undefined ? { symbol, candle, closed, eventTime } : undefined;
}

/** What is missing is not a number, and no sound candle. */
function readKline(symbolBegin: number, symbolEnd: number): Kline | undefined {
  let [openTime, closeTime, trades] = [Number.NaN, Number.NaN, Number.NaN];
  let [open, high, low, close] = [Number.NaN, Number.NaN, Number.NaN, Number.NaN];
  let [volume, quoteVolume, takerBuyVolume, takerBuyQuoteVolume] = [Number.NaN, Number.NaN, Number.NaN, Number.NaN];
  let closed: boolean | undefined;
  let [isMinute, isOfSymbol] = [false, false];
  cursor.literal(openingBrace);
  do {
    switch (cursor.key()) {
      case openTimeKey:
        openTime = cursor.whole();
        break;
      case closeTimeKey:
        closeTime = cursor.whole();
        break;
      case symbolKey:
        cursor.word();
        isOfSymbol = cursor.isSameWord(symbolBegin, symbolEnd);
        break;
      case intervalKey:
        cursor.word();
        isMinute = cursor.isWord(minute);
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
        closed = cursor.found(yes);
        if (!closed) cursor.literal(no);
        break;
      case quoteVolumeKey:
        quoteVolume = cursor.decimal();
        break;
      case takerVolumeKey:
        takerBuyVolume = cursor.decimal();
        break;
      case takerQuoteVolumeKey:
        takerBuyQuoteVolume = cursor.decimal();
        break;
      default:
        cursor.skip();
    }
  } while (cursor.more());
  if (closed === undefined || !isMinute || !isOfSymbol) return undefined;
  const candle = {
    openTime,
    open,
    high,
    low,
    close,
    volume,
    quoteVolume,
    trades,
    takerBuyVolume,
    takerBuyQuoteVolume,
  };
  return { candle, closeTime, closed };
}
