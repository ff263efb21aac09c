/** Which instruments are collected, and what the log is told of them. */
import { ScreenerError } from '@screener/errors';
import { decodeAs, encodeEvent, type InstrumentChanged } from '@screener/events';
import type { Exchange, ListedInstrument, ProblemListener } from '@screener/exchanges';
import type { Log, NewRecord } from '@screener/log';
import { formatInstrument } from '@screener/market';
import type { Logger } from '@screener/service';

export interface InstrumentFilter {
  readonly quote: string;
  /** Only these, where given. */
  readonly symbols: readonly string[] | undefined;
  /** The most traded ones, where given. */
  readonly countMax: number | undefined;
}

const topic = 'instruments';

/** Trading perpetuals that pass the filter, most traded first. */
export async function chooseInstruments(
  exchange: Exchange,
  filter: InstrumentFilter,
  logger: Logger,
  problem: ProblemListener,
): Promise<readonly ListedInstrument[]> {
  const listed = await exchange.instruments(problem);
  const suitable = listed.filter(
    ({ kind, quote, status }) => kind === 'perpetual' && quote === filter.quote && status === 'trading',
  );
  const asked = filter.symbols && new Set(filter.symbols.map((symbol) => symbol.toUpperCase()));
  const chosen = suitable.filter(({ symbol }) => asked?.has(symbol.toUpperCase()) ?? true);
  for (const symbol of asked ?? []) {
    if (!chosen.some((one) => one.symbol.toUpperCase() === symbol))
      logger.warn(`${symbol} is not traded as a ${filter.quote} perpetual`);
  }
  if (chosen.length === 0) {
    const expected = asked === undefined ? `trading ${filter.quote} perpetuals` : [...asked].slice(0, 5).join(', ');
    const facts = { exchange: exchange.exchange, found: `${suitable.length} others`, expected };
    throw new ScreenerError('INSTRUMENTS_NONE', facts);
  }
  const values = await exchange.dayValues().catch((cause: unknown) => {
    logger.warn('the traded values of the day cannot be had: instruments are primed in the order of the list', {
      cause,
    });
    return new Map<string, number>();
  });
  const tradedValue = ({ symbol }: ListedInstrument): number => values.get(symbol) ?? 0;
  return chosen.toSorted((left, right) => tradedValue(right) - tradedValue(left)).slice(0, filter.countMax);
}

/** Newest event of each instrument in the log. */
export async function readKnownInstruments(log: Log): Promise<ReadonlyMap<string, InstrumentChanged>> {
  const known = new Map<string, InstrumentChanged>();
  for await (const batch of log.reader({ topic, from: 'beginning', until: 'end' })) {
    for (const { key, value } of batch) {
      if (key === null) continue;
      if (value === null) known.delete(key);
      else known.set(key, decodeAs('InstrumentChanged', value));
    }
  }
  return known;
}

/** One record for each instrument of which the log holds nothing, or something else. */
export function changedInstruments(
  chosen: readonly ListedInstrument[],
  known: ReadonlyMap<string, InstrumentChanged>,
  simulated: boolean,
  timestamp: number,
): readonly NewRecord[] {
  return chosen.flatMap((listed) => {
    const instrument = formatInstrument(listed);
    const { exchange, market, symbol, base, quote, status, tickSize, stepSize, listedAt } = listed;
    const event = {
      instrument,
      exchange,
      market,
      symbol,
      base,
      quote,
      status,
      tickSize,
      stepSize,
      listedAt,
      simulated,
    };
    const value = encodeEvent('InstrumentChanged', event);
    const before = known.get(instrument);
    if (before !== undefined && value.equals(encodeEvent('InstrumentChanged', before))) return [];
    return [{ topic, key: instrument, timestamp, value }];
  });
}
