/** Closed bars of five minutes and longer, fetched once for indicators that reach further back than the candles. */
import { ScreenerError } from '@screener/errors';
import { encodeEvent } from '@screener/events';
import type { Exchange, ExchangeProblem } from '@screener/exchanges';
import type { NewRecord } from '@screener/log';
import {
  barOpenTime,
  type Candle,
  columnsOfCandles,
  type IntervalName,
  intervalMinutes,
  MINUTE_MS,
} from '@screener/market';
import { retryMs } from './retry.ts';
import type { Tracked } from './tracked.ts';

export interface PrimeBarsOptions {
  readonly exchange: Exchange;
  readonly now: () => number;
  readonly random: () => number;
  readonly bars: number;
  readonly problem: (problem: ExchangeProblem) => void;
  readonly complain: (what: string, symbol: string, cause: unknown) => void;
}

/** Bars of which some cannot be read are asked for so often, before the others go without them. */
const unreadableMax = 4;

/** `settled`: open time of the newest minute that is certainly closed. Never throws. */
export async function primeBars(tracked: Tracked, settled: number, options: PrimeBarsOptions): Promise<void> {
  const { complain, now, random } = options;
  tracked.fetchingBars = true;
  try {
    for (let interval = tracked.intervalsWanted[0]; interval !== undefined; interval = tracked.intervalsWanted[0]) {
      const { bars, unreadable } = await fetchBars(tracked, interval, settled, options);
      if (unreadable !== undefined && tracked.barsFailures < unreadableMax) throw new Error(unreadable);
      await tracked.outbox.room();
      if (tracked.signal.aborted) return;
      tracked.outbox.push(barsRecords(tracked, interval, bars, settled));
      tracked.intervalsWanted.shift();
      tracked.barsFailures = 0;
    }
  } catch (cause) {
    if (tracked.signal.aborted) return;
    tracked.barsFailures++;
    tracked.barsRetryAt = now() + retryMs(tracked.barsFailures, random);
    if (cause instanceof ScreenerError && cause.code === 'EXCHANGE_BANNED') return;
    complain('bars', tracked.symbol, cause);
  } finally {
    tracked.fetchingBars = false;
  }
}

async function fetchBars(
  { symbol, signal }: Tracked,
  interval: IntervalName,
  settled: number,
  { exchange, bars: count, problem }: PrimeBarsOptions,
): Promise<{ readonly bars: readonly Candle[]; readonly unreadable: string | undefined }> {
  const minutes = intervalMinutes[interval];
  const open = barOpenTime(settled + MINUTE_MS, minutes);
  const lengthMs = minutes * MINUTE_MS;
  const bars: Candle[] = [];
  let unreadable: string | undefined;
  const noted = (found: ExchangeProblem): void => {
    unreadable = found.text;
    problem({ symbol, ...found });
  };
  const [from, to] = [open - count * lengthMs, open - lengthMs];
  for await (const page of exchange.klines({ symbol, interval, from, to, priority: 'prime', signal, problem: noted })) {
    bars.push(...page.filter(({ openTime }) => openTime <= to));
  }
  return { bars, unreadable };
}

/**
 * Twice, all or nothing: for whoever asks what an instrument began with, and among its candles, where the calculator and every
 * replay of it meet the bars between the same two candles.
 */
function barsRecords(
  { instrument, partition }: Tracked,
  interval: IntervalName,
  bars: readonly Candle[],
  settled: number,
): readonly NewRecord[] {
  const value = encodeEvent('BarsPrimed', { instrument, interval, ...columnsOfCandles(bars) });
  const last = bars.at(-1);
  // An instrument that is too young for a bar is primed all the same.
  const timestamp = last === undefined ? settled : last.openTime + intervalMinutes[interval] * MINUTE_MS - 1;
  return [
    { topic: 'bars.primed', key: `${instrument}/${interval}`, partition, timestamp, value },
    { topic: 'klines.closed', key: instrument, partition, timestamp, value },
  ];
}
