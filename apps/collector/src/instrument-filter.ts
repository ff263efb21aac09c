/** Which of an exchange's instruments are collected. Pure. */
import type { InstrumentStatus, ListedInstrument } from '@screener/exchanges';
import { formatInstrument } from '@screener/market';

export interface InstrumentFilter {
  readonly quotes: readonly string[];
  readonly kinds: readonly ListedInstrument['kind'][];
  /** Of what stands so a candle is expected every minute. */
  readonly statuses: readonly InstrumentStatus[];
  /** Only these, where given: as the exchange writes them, or exchange:market:symbol. */
  readonly symbols: readonly string[] | undefined;
  readonly symbolsDenied: readonly string[];
  /** The most traded ones, where given. */
  readonly topByVolume: number | undefined;
}

/** Who is chosen stays until so many times as many are traded more: a rank that wavers starts and ends nothing. */
const stayFactor = 1.2;

const names = (list: readonly string[]): ReadonlySet<string> => new Set(list.map((name) => name.toUpperCase()));
const isIn = (set: ReadonlySet<string>, listed: ListedInstrument): boolean =>
  set.has(listed.symbol.toUpperCase()) || set.has(formatInstrument(listed).toUpperCase());

/** All that pass, whatever their status, most traded first. `chosenBefore`: symbols. */
export function chooseInstruments(
  listed: readonly ListedInstrument[],
  filter: InstrumentFilter,
  dayValues: ReadonlyMap<string, number>,
  chosenBefore: ReadonlySet<string>,
): readonly ListedInstrument[] {
  const { quotes, kinds, symbols, symbolsDenied, topByVolume } = filter;
  const quoted = names(quotes);
  const asked = symbols && names(symbols);
  const denied = names(symbolsDenied);
  const value = ({ symbol }: ListedInstrument): number => dayValues.get(symbol) ?? 0;
  const passing = listed
    .filter(
      (one) =>
        kinds.includes(one.kind) &&
        quoted.has(one.quote.toUpperCase()) &&
        (asked === undefined || isIn(asked, one)) &&
        !isIn(denied, one),
    )
    .toSorted((left, right) => value(right) - value(left));
  if (topByVolume === undefined) return passing;
  const open = passing.filter(({ status }) => filter.statuses.includes(status));
  const rank = new Map(open.map(({ symbol }, index) => [symbol, index]));
  return passing.filter(({ symbol }) => {
    const place = rank.get(symbol);
    if (place === undefined) return chosenBefore.has(symbol);
    return place < topByVolume || (chosenBefore.has(symbol) && place < Math.ceil(topByVolume * stayFactor));
  });
}

/** Symbols that were asked for and are not there. */
export function symbolsUnknown(listed: readonly ListedInstrument[], symbols: readonly string[]): readonly string[] {
  const there = new Set(listed.flatMap((one) => [one.symbol.toUpperCase(), formatInstrument(one).toUpperCase()]));
  return symbols.filter((symbol) => !there.has(symbol.toUpperCase()));
}
