import type { Statistics } from './statistic-table.ts';

/** A score of so many robust standard deviations counts half. */
const HALF_AT = 10;

/** 0 for what is ordinary or less, rising towards 1: however wild a minute is, one number alone cannot say everything. */
const share = (score: number): number => (score > 0 ? score / (score + HALF_AT) : 0);

/** How unusual a minute is, 0 to 100: the mean of what its volume, its range and its move say; absent where one of them is. */
export function anomalyScore({ volume_z_1m, range_z_1m, return_z_1m }: Statistics): number | undefined {
  const [volume, range, move] = [volume_z_1m ?? undefined, range_z_1m ?? undefined, return_z_1m ?? undefined];
  if (volume === undefined || range === undefined || move === undefined) return undefined;
  return ((share(volume) + share(range) + share(move)) / 3) * 100;
}
