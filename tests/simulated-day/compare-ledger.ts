/** Compares every minute in the log, corrections applied, with what the simulated exchange says of it. */
import { decodeEvent } from '@screener/events';
import type { Log } from '@screener/log';
import { type Candle, formatInstrument, MINUTE_MS, parseInstrument } from '@screener/market';
import type { ExchangeLedger, Simulator } from '@screener/simulator';
import { minuteText, type Violations } from './violations.ts';

export interface ComparedRange {
  /** Every instrument is there from here on, or from its listing. */
  readonly from: number;
  /** Open time of the last minute that must be there. */
  readonly to: number;
}

/** What of a minute is not as it should be: texts for people. */
interface Wrong {
  readonly expected: string;
  readonly found: string;
}

/** Further minutes of an instrument only count. */
const namedPerInstrument = 5;

class InstrumentCheck {
  readonly #ledger: ExchangeLedger;
  readonly #symbol: string;
  readonly wrong = new Map<number, Wrong>();
  first: number | undefined;
  next = 0;
  candles = 0;

  constructor(ledger: ExchangeLedger, symbol: string) {
    this.#ledger = ledger;
    this.#symbol = symbol;
  }

  /** The next minute came; `undefined`: as a gap. Returns what is wrong with its place. */
  closed(openTime: number, candle: Candle | undefined, source: string): Wrong | undefined {
    this.first ??= openTime;
    if (this.next === 0) this.next = openTime;
    if (openTime < this.next) return { expected: `${minuteText(this.next)} next`, found: 'it once more, or too late' };
    for (; this.next < openTime; this.next += MINUTE_MS) {
      this.wrong.set(this.next, { expected: 'a candle', found: 'nothing' });
    }
    this.next = openTime + MINUTE_MS;
    this.candles++;
    this.says(openTime, candle, source);
    return undefined;
  }

  says(openTime: number, candle: Candle | undefined, source: string): void {
    const wrong = this.#compare(openTime, candle, source);
    if (wrong === undefined) this.wrong.delete(openTime);
    else this.wrong.set(openTime, wrong);
  }

  #compare(openTime: number, candle: Candle | undefined, source: string): Wrong | undefined {
    const truth = this.#truth(openTime);
    if (candle === undefined) return { expected: truth === undefined ? 'a flat candle' : 'a candle', found: 'a gap' };
    if (truth === undefined) return undefined;
    for (const name of Object.keys(truth) as (keyof Candle)[]) {
      if (candle[name] === truth[name]) continue;
      return { expected: `${name} ${truth[name]}`, found: `${candle[name]} (${source})` };
    }
    return undefined;
  }

  /** Flat at the last price where there is no candle; undefined where no price is known. */
  #truth(openTime: number): Candle | undefined {
    const ledger = this.#ledger;
    if (ledger.hasCandle(this.#symbol, openTime)) return ledger.candleAt(this.#symbol, openTime);
    for (let before = openTime - MINUTE_MS; before >= (this.first ?? openTime); before -= MINUTE_MS) {
      if (!ledger.hasCandle(this.#symbol, before)) continue;
      const { close } = ledger.candleAt(this.#symbol, before);
      const flat = { open: close, high: close, low: close, close, volume: 0, quoteVolume: 0 };
      return { openTime, ...flat, trades: 0, takerBuyVolume: 0, takerBuyQuoteVolume: 0 };
    }
    return undefined;
  }
}

/** Returns how many candles there are. */
export async function compareLedger(
  log: Log,
  { ledger, symbols }: Simulator,
  range: ComparedRange,
  violations: Violations,
): Promise<number> {
  const checks = new Map<string, InstrumentCheck>();
  const checkOf = (instrument: string): InstrumentCheck => {
    const check = checks.get(instrument) ?? new InstrumentCheck(ledger, parseInstrument(instrument)?.symbol ?? '');
    checks.set(instrument, check);
    return check;
  };
  for await (const batch of log.reader({ topic: 'klines.closed', from: 'beginning', until: 'end' })) {
    for (const { value } of batch) {
      const { type, event } = decodeEvent(value ?? new Uint8Array());
      if (type !== 'KlineClosed' && type !== 'KlineCorrected' && type !== 'KlineGap') continue;
      const { instrument, openTime } = event;
      const check = checkOf(instrument);
      if (type === 'KlineCorrected') {
        if (openTime < check.next) check.says(openTime, event, 'corrected');
        else violations.add(`${instrument} ${minuteText(openTime)}`, 'a candle before its correction', 'none');
        continue;
      }
      const [candle, source] = type === 'KlineClosed' ? [event, event.source] : [undefined, 'gap'];
      const misplaced = check.closed(openTime, candle, source);
      if (misplaced) violations.add(`${instrument} ${minuteText(openTime)}`, misplaced.expected, misplaced.found);
    }
  }
  for (const symbol of symbols) {
    const instrument = formatInstrument({ exchange: 'binance', market: 'usdm', symbol });
    const check = checkOf(instrument);
    for (const openTime of minutesMissing(ledger, symbol, check, range)) {
      check.wrong.set(openTime, { expected: 'a candle', found: 'nothing' });
    }
    report(instrument, check, range, violations);
  }
  return [...checks.values()].reduce((sum, { candles }) => sum + candles, 0);
}

/** Before the first minute in the log, and after the last one. */
function minutesMissing(
  ledger: ExchangeLedger,
  symbol: string,
  { first, next }: InstrumentCheck,
  { from, to }: ComparedRange,
): readonly number[] {
  const delistedFrom = ledger.delistings.find((one) => one.symbol === symbol)?.from ?? Number.POSITIVE_INFINITY;
  const missing: number[] = [];
  for (let openTime = from; openTime <= to; openTime += MINUTE_MS) {
    const before = openTime < (first ?? Number.POSITIVE_INFINITY);
    if (!before && openTime < next) continue;
    // Of a minute without a candle of its own there must be one only where the one before it is in the log.
    if (ledger.hasCandle(symbol, openTime) || (!before && openTime < delistedFrom)) missing.push(openTime);
  }
  return missing;
}

function report(instrument: string, { wrong }: InstrumentCheck, { to }: ComparedRange, violations: Violations): void {
  const minutes = [...wrong].filter(([openTime]) => openTime <= to).sort(([left], [right]) => left - right);
  for (const [index, [openTime, { expected, found }]] of minutes.entries()) {
    const more = minutes.length - namedPerInstrument;
    if (index < namedPerInstrument) violations.add(`${instrument} ${minuteText(openTime)}`, expected, found);
    else violations.tell(index === namedPerInstrument ? `${instrument}: ${more} more minutes` : undefined);
  }
}
