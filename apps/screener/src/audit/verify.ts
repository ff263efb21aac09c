/** Compares what the log says with what the exchange says now, minute by minute. */
import { reasonOf, ScreenerError } from '@screener/errors';
import { decodeEvent, UndecodableEvent } from '@screener/events';
import {
  type Capabilities,
  candleDifference,
  type Exchange,
  type ExchangeProblem,
  isExchangeMarket,
} from '@screener/exchanges';
import type { Log } from '@screener/log';
import { type Candle, MINUTE_MS, parseInstrument } from '@screener/market';
import { roomWithin } from '../exchange-client.ts';
import { inParallel } from '../work-pool.ts';
import { CandleColumns } from './candle-columns.ts';
import type { Finding } from './finding.ts';
import { minuteOf } from './instrument-audit.ts';

export interface Difference {
  readonly minute: number;
  /** The first one in which they differ; 'candle' where only one of them has one. */
  readonly field: string;
  readonly log: number | undefined;
  readonly exchange: number | undefined;
}

export interface Verification {
  readonly checked: number;
  readonly differing: number;
  /** The first ones. */
  readonly differences: readonly Difference[];
  /** Minutes without a candle in the log that the exchange has. */
  readonly obtainable: number;
  /** Why it could not be compared to the end. */
  readonly failure: string | undefined;
  /** It was delisted, and the exchange has forgotten it: nothing can be compared, and that is nobody's fault. */
  readonly forgotten: boolean;
}

export interface VerifyOptions {
  readonly log: Log;
  /** By `exchange:market`. */
  readonly exchangeOf: (name: string) => Exchange;
  readonly share: number | undefined;
  readonly signal: AbortSignal;
  readonly advance: (minutes: number) => void;
}

const differencesKeptMax = 100;
/** Held in memory at once: 72 bytes each. */
const candlesHeldMax = 500_000;
const requestsAtOnceMax = 4;

/** Reads each partition again, for as many of its instruments at a time as fit into memory. */
export async function verify(
  findings: readonly Finding[],
  options: VerifyOptions,
): Promise<ReadonlyMap<string, Verification>> {
  const verifications = new Map<string, Verification>();
  for (const [partition, ofPartition] of Map.groupBy(findings, (finding) => finding.partition)) {
    for (const batch of batchesOf(ofPartition)) {
      const columns = await readCandles(partition, batch, options.log);
      await inParallel(batch, requestsAtOnceMax, async (finding) => {
        const candles = columns.get(finding.instrument);
        if (options.signal.aborted || candles === undefined) return;
        verifications.set(finding.instrument, await compare(finding, candles, options));
      });
    }
  }
  return verifications;
}

function* batchesOf(findings: readonly Finding[]): Generator<readonly Finding[]> {
  let batch: Finding[] = [];
  let candles = 0;
  for (const finding of findings) {
    const more = finding.to - finding.from;
    if (batch.length > 0 && candles + more > candlesHeldMax) {
      yield batch;
      [batch, candles] = [[], 0];
    }
    batch.push(finding);
    candles += more;
  }
  if (batch.length > 0) yield batch;
}

async function readCandles(
  partition: number,
  findings: readonly Finding[],
  log: Log,
): Promise<ReadonlyMap<string, CandleColumns>> {
  const columns = new Map(findings.map(({ instrument, from, to }) => [instrument, new CandleColumns(from, to)]));
  const from = { time: Math.min(...findings.map((finding) => finding.from)) * MINUTE_MS };
  for await (const batch of log.reader({ topic: 'klines.closed', partitions: [partition], from, until: 'end' })) {
    for (const { key, value } of batch) {
      const wanted = key === null ? undefined : columns.get(key);
      if (wanted !== undefined && value !== null) put(wanted, value);
    }
  }
  return columns;
}

function put(columns: CandleColumns, value: Uint8Array): void {
  try {
    const { type, event } = decodeEvent(value);
    // The last word counts.
    if (type === 'KlineClosed') columns.put(event, event.source === 'synthetic');
    else if (type === 'KlineCorrected') columns.put(event, false);
  } catch (cause) {
    // Counted where the log was read as a whole.
    if (!(cause instanceof UndecodableEvent)) throw cause;
  }
}

async function compare(finding: Finding, candles: CandleColumns, options: VerifyOptions): Promise<Verification> {
  const { signal, share, advance } = options;
  const { instrument, from, to, isDelisted } = finding;
  const comparison = new Comparison(candles);
  let next = from;
  let failure: string | undefined;
  let forgotten = false;
  try {
    const parsed = parseInstrument(instrument);
    if (parsed === undefined) throw new TypeError(`${instrument} is no instrument`);
    const name = `${parsed.exchange}:${parsed.market}`;
    if (!isExchangeMarket(name)) throw new TypeError(`there is no client of ${name}`);
    const exchange = options.exchangeOf(name);
    const { capabilities } = exchange;
    const range = { symbol: parsed.symbol, from: from * MINUTE_MS, to: (to - 1) * MINUTE_MS };
    // A row of an answer that was refused is neither there nor absent.
    const problem = ({ openTime, text }: ExchangeProblem): void => {
      if (openTime === undefined) failure ??= text;
      else comparison.leaveOut(minuteOf(openTime));
    };
    await roomWithin(exchange, share, signal);
    for await (const page of exchange.klines({ ...range, priority: 'history', signal, problem })) {
      for (const candle of page) {
        const minute = minuteOf(candle.openTime);
        comparison.absent(next, minute);
        comparison.candle(minute, candle, capabilities);
        next = minute + 1;
      }
      advance(page.length);
      await roomWithin(exchange, share, signal);
    }
    comparison.absent(next, to);
  } catch (cause) {
    forgotten = isDelisted && cause instanceof ScreenerError && cause.code === 'EXCHANGE_SYMBOL_UNKNOWN';
    if (!forgotten) failure = reasonOf(cause);
  }
  return { ...comparison.result(), failure, forgotten };
}

class Comparison {
  readonly #candles: CandleColumns;
  readonly #differences: Difference[] = [];
  readonly #leftOut = new Set<number>();
  #checked = 0;
  #differing = 0;
  #obtainable = 0;

  constructor(candles: CandleColumns) {
    this.#candles = candles;
  }

  leaveOut(minute: number): void {
    this.#leftOut.add(minute);
  }

  candle(minute: number, theirs: Candle, capabilities: Capabilities): void {
    const ours = this.#candles.at(minute);
    if (ours === undefined) {
      this.#obtainable++;
      return;
    }
    this.#checked++;
    const field = candleDifference(ours.candle, theirs, capabilities);
    if (field !== undefined) this.#differs({ minute, field, log: ours.candle[field], exchange: theirs[field] });
  }

  /** The exchange has no candles of the minutes from `from` up to `to`: then we must not either, but for flat ones. */
  absent(from: number, to: number): void {
    for (let minute = from; minute < to; minute++) {
      const ours = this.#candles.at(minute);
      if (ours === undefined || this.#leftOut.has(minute)) continue;
      this.#checked++;
      if (!ours.synthetic) this.#differs({ minute, field: 'candle', log: ours.candle.close, exchange: undefined });
    }
  }

  result(): Omit<Verification, 'failure' | 'forgotten'> {
    return {
      checked: this.#checked,
      differing: this.#differing,
      differences: this.#differences,
      obtainable: this.#obtainable,
    };
  }

  #differs(difference: Difference): void {
    this.#differing++;
    if (this.#differences.length < differencesKeptMax) this.#differences.push(difference);
  }
}
