/** Market-wide numbers of a minute from the rows of all instruments. Pure: the same rows in any order give the same event. */
import type { InstrumentMeasured, InstrumentRank, MarketClosed, MarketLeader } from '@screener/events';
import { parseInstrument, type Relation, relativeStrength } from '@screener/market';

export interface MarketMinute {
  readonly openTime: number;
  readonly missingPartitions: readonly number[];
  readonly missing: readonly string[];
  readonly rows: readonly InstrumentMeasured[];
  /** How the first instrument moved with the second over the last day. */
  readonly relation: (instrument: string, leader: string) => Relation | undefined;
}

export function closeMarket({ openTime, missingPartitions, missing, rows, relation }: MarketMinute): MarketClosed {
  const sorted = [...rows].sort((one, other) => (one.instrument < other.instrument ? -1 : 1));
  const withVwap = sorted.filter(({ vwap_1h }) => isNumber(vwap_1h));
  const btc = leaderOf(sorted, bitcoin);
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
    eth: leaderOf(sorted, ether),
    ranks: ranksOf(sorted).map((rank, place) => ({ ...rank, ...besideBitcoin(sorted[place], btc, relation) })),
  };
}

const isNumber = (value: number | null | undefined): value is number => value !== null && value !== undefined;

// As exchanges write them: BTCUSDT, BTC-USDT-SWAP, BTC/USD.
const bitcoin = /^(?:BTC|XBT)[-_/]?USD/;
const ether = /^ETH[-_/]?USD/;

function leaderOf(rows: readonly InstrumentMeasured[], symbols: RegExp): MarketLeader | null {
  let leader: InstrumentMeasured | undefined;
  for (const row of rows) {
    if (!symbols.test(parseInstrument(row.instrument)?.symbol ?? '')) continue;
    if (leader === undefined || (row.volume_1d ?? -1) > (leader.volume_1d ?? -1)) leader = row;
  }
  if (leader === undefined) return null;
  const { instrument, price, change_5m, change_15m, change_1h, change_4h, change_1d } = leader;
  return { instrument, price, change_5m, change_15m, change_1h, change_4h, change_1d };
}

const ranked = ['change_5m', 'change_15m', 'change_1h', 'change_4h', 'change_1d', 'volume_1h', 'volume_1d'] as const;

function ranksOf(rows: readonly InstrumentMeasured[]): readonly InstrumentRank[] {
  const tables = ranked.map((name) => [name, rankBy(rows, (row) => row[name])] as const);
  return rows.map((row) => ({
    instrument: row.instrument,
    ...Object.fromEntries(tables.map(([name, ranks]) => [name, ranks.get(row) ?? null])),
  }));
}

type BesideBitcoin = Pick<
  InstrumentRank,
  'beta_1d' | 'correlation_1d' | 'relative_strength_1h' | 'relative_strength_1d'
>;

function besideBitcoin(
  row: InstrumentMeasured | undefined,
  btc: MarketLeader | null,
  relation: MarketMinute['relation'],
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
