/** Market-wide numbers of a minute from the rows of all instruments. Pure: the same rows in any order give the same event. */
import type { InstrumentMeasured, InstrumentRank, MarketClosed, MarketLeader } from '@screener/events';
import { parseInstrument } from '@screener/market';

export interface MarketMinute {
  readonly openTime: number;
  readonly missingPartitions: readonly number[];
  readonly missing: readonly string[];
  readonly rows: readonly InstrumentMeasured[];
}

export function closeMarket({ openTime, missingPartitions, missing, rows }: MarketMinute): MarketClosed {
  const sorted = [...rows].sort((one, other) => (one.instrument < other.instrument ? -1 : 1));
  const withVwap = sorted.filter(({ vwap_1h }) => isNumber(vwap_1h));
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
    btc: leaderOf(sorted, bitcoin),
    eth: leaderOf(sorted, ether),
    ranks: ranksOf(sorted),
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
  const { instrument, price, change_1h, change_1d } = leader;
  return { instrument, price, change_1h, change_1d };
}

function ranksOf(rows: readonly InstrumentMeasured[]): readonly InstrumentRank[] {
  const hour = rankBy(rows, ({ change_1h }) => change_1h);
  const day = rankBy(rows, ({ change_1d }) => change_1d);
  const volume = rankBy(rows, ({ volume_1d }) => volume_1d);
  return rows.map((row) => ({
    instrument: row.instrument,
    change_1h: hour.get(row) ?? null,
    change_1d: day.get(row) ?? null,
    volume_1d: volume.get(row) ?? null,
  }));
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
