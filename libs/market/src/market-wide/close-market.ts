/** Market-wide numbers of a minute from the rows of all instruments. Pure: the same rows in any order give the same numbers. */
import { parseInstrument } from '../instrument.ts';
import { type Relation, relativeStrength } from '../statistics/return-history.ts';
import type { InstrumentMeasured } from './measure-instrument.ts';

export interface MeasuredMarket {
  readonly openTime: number;
  readonly missingPartitions: readonly number[];
  readonly missing: readonly string[];
  readonly rows: readonly InstrumentMeasured[];
  /** How the first instrument moved with the second over the last day; without it nothing is said of that. */
  readonly relation?: (instrument: string, leader: string) => Relation | undefined;
  /** Numbers by which instruments are ranked; default: all of them. */
  readonly ranked?: readonly RankedNumber[];
}

export const rankedNumbers = [
  'change_5m',
  'change_15m',
  'change_1h',
  'change_4h',
  'change_1d',
  'volume_1h',
  'volume_1d',
] as const;
export type RankedNumber = (typeof rankedNumbers)[number];

/** An instrument that the whole market is compared with. */
export type MarketLeader = Pick<
  InstrumentMeasured,
  'instrument' | 'price' | 'change_5m' | 'change_15m' | 'change_1h' | 'change_4h' | 'change_1d'
>;

export interface InstrumentRank extends BesideBitcoin, Partial<Readonly<Record<RankedNumber, number | null>>> {
  readonly instrument: string;
}

interface BesideBitcoin {
  readonly beta_1d: number | null;
  readonly correlation_1d: number | null;
  readonly relative_strength_1h: number | null;
  readonly relative_strength_1d: number | null;
}

/** Field by field the event MarketClosed. */
export interface ClosedMarket {
  readonly openTime: number;
  readonly missingPartitions: readonly number[];
  readonly missing: readonly string[];
  readonly instruments: number;
  readonly aboveVwap_1h: number | null;
  readonly advancing_1h: number;
  readonly declining_1h: number;
  readonly advancing_1d: number;
  readonly declining_1d: number;
  readonly btc: MarketLeader | null;
  readonly eth: MarketLeader | null;
  /** By name of the instrument. */
  readonly ranks: readonly InstrumentRank[];
}

export function closeMarket({
  openTime,
  missingPartitions,
  missing,
  rows,
  relation = () => undefined,
  ranked = rankedNumbers,
}: MeasuredMarket): ClosedMarket {
  const sorted = [...rows].sort((one, other) => (one.instrument < other.instrument ? -1 : 1));
  const withVwap = sorted.filter(({ vwap_1h }) => isNumber(vwap_1h));
  const btc = leaderOf(sorted, 'btc');
  const above = withVwap.filter(({ price, vwap_1h }) => price > (vwap_1h as number)).length;
  return {
    openTime,
    missingPartitions: [...missingPartitions].sort((one, other) => one - other),
    missing: [...missing].sort(),
    instruments: sorted.length,
    aboveVwap_1h: withVwap.length === 0 ? null : above / withVwap.length,
    advancing_1h: sorted.filter(({ change_1h }) => (change_1h ?? 0) > 0).length,
    declining_1h: sorted.filter(({ change_1h }) => (change_1h ?? 0) < 0).length,
    advancing_1d: sorted.filter(({ change_1d }) => (change_1d ?? 0) > 0).length,
    declining_1d: sorted.filter(({ change_1d }) => (change_1d ?? 0) < 0).length,
    btc,
    eth: leaderOf(sorted, 'eth'),
    ranks: ranksOf(sorted, ranked).map((rank, place) => ({ ...rank, ...besideBitcoin(sorted[place], btc, relation) })),
  };
}

const isNumber = (value: number | null | undefined): value is number => value !== null && value !== undefined;

// As exchanges write them: BTCUSDT, BTC-USDT-SWAP, BTC/USD.
const leaderSymbols = { btc: /^(?:BTC|XBT)[-_/]?USD/, eth: /^ETH[-_/]?USD/ } as const;

/** It can be the one that the market is compared with. */
export const isLeader = (leader: keyof typeof leaderSymbols, instrument: string): boolean =>
  leaderSymbols[leader].test(parseInstrument(instrument)?.symbol ?? '');

function leaderOf(rows: readonly InstrumentMeasured[], name: keyof typeof leaderSymbols): MarketLeader | null {
  let leader: InstrumentMeasured | undefined;
  for (const row of rows) {
    if (!isLeader(name, row.instrument)) continue;
    if (leader === undefined || (row.volume_1d ?? -1) > (leader.volume_1d ?? -1)) leader = row;
  }
  if (leader === undefined) return null;
  const { instrument, price, change_5m, change_15m, change_1h, change_4h, change_1d } = leader;
  return { instrument, price, change_5m, change_15m, change_1h, change_4h, change_1d };
}

function ranksOf(
  rows: readonly InstrumentMeasured[],
  ranked: readonly RankedNumber[],
): readonly Omit<InstrumentRank, keyof BesideBitcoin>[] {
  const tables = ranked.map((name) => [name, rankBy(rows, (row) => row[name])] as const);
  return rows.map((row) => ({
    instrument: row.instrument,
    ...Object.fromEntries(tables.map(([name, ranks]) => [name, ranks.get(row) ?? null])),
  }));
}

function besideBitcoin(
  row: InstrumentMeasured | undefined,
  btc: MarketLeader | null,
  relation: NonNullable<MeasuredMarket['relation']>,
): BesideBitcoin {
  const found = row && btc && relation(row.instrument, btc.instrument);
  const strength = (own: number | null | undefined, other: number | null | undefined): number | null =>
    found && isNumber(own) && isNumber(other) ? relativeStrength(own, found.beta, other) : null;
  return {
    beta_1d: found?.beta ?? null,
    correlation_1d: found?.correlation ?? null,
    relative_strength_1h: strength(row?.change_1h, btc?.change_1h),
    relative_strength_1d: strength(row?.change_1d, btc?.change_1d),
  };
}

/** 1 for the highest; equal values share a rank, and the next one is as many places behind. */
function rankBy(
  rows: readonly InstrumentMeasured[],
  numberOf: (row: InstrumentMeasured) => number | null | undefined,
): ReadonlyMap<InstrumentMeasured, number> {
  const known = rows
    .flatMap((row) => {
      const value = numberOf(row);
      return isNumber(value) ? [{ row, value }] : [];
    })
    .sort((one, other) => other.value - one.value);
  const ranks = new Map<InstrumentMeasured, number>();
  let rank = 0;
  for (const [place, { row, value }] of known.entries()) {
    if (place === 0 || value !== known[place - 1]?.value) rank = place + 1;
    ranks.set(row, rank);
  }
  return ranks;
}
