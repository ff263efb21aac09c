import { HIGH, LOW, type MinuteRing, OPEN, QUOTE_VOLUME } from '../minute-ring.ts';
import { returnAt, returnOfParts } from './log-return.ts';
import type { StatisticRow } from './minute-statistic.ts';
import { RealisedVolatility } from './realised-volatility.ts';
import { RobustScore } from './robust-score.ts';

const volatilityAbout =
  'Realised volatility: root of the mean square of the one-minute log returns between the closes of the window, as of a year';

const againstDay =
  'in robust standard deviations from the median of the last day: (value − median) / (1.4826 × median distance from it)';

const quoteVolumeAt = (ring: MinuteRing, minute: number): number =>
  ring.has(minute) ? (ring.values[ring.slot(minute) + QUOTE_VOLUME] as number) : Number.NaN;

/** As a part of the open, so that a day's values are of one size though the price moves. */
function rangeAt(ring: MinuteRing, minute: number): number {
  if (!ring.has(minute)) return Number.NaN;
  const { values } = ring;
  const slot = ring.slot(minute);
  return ((values[slot + HIGH] as number) - (values[slot + LOW] as number)) / (values[slot + OPEN] as number);
}

const returnSizeAt = (ring: MinuteRing, minute: number): number => returnOfParts(Math.abs(returnAt(ring, minute)));

/** What metrics events carry beside windows and indicators. One class and one row each. */
export const statisticTable = [
  {
    name: 'volatility_1h',
    about: volatilityAbout,
    unit: 'percent',
    interval: '1h',
    minutes: 60,
    create: (ring) => new RealisedVolatility(ring, 60),
  },
  {
    name: 'volatility_1d',
    about: volatilityAbout,
    unit: 'percent',
    interval: '1d',
    minutes: 1_440,
    create: (ring) => new RealisedVolatility(ring, 1_440),
  },
  {
    name: 'volume_z_1m',
    about: `Quote volume of the newest minute, ${againstDay}`,
    unit: 'number',
    interval: '1m',
    minutes: 1_440,
    needs: ['quoteVolume'],
    create: (ring) => new RobustScore(ring, 1, quoteVolumeAt),
  },
  {
    name: 'range_z_1m',
    about: `(high − low) / open of the newest minute, ${againstDay}`,
    unit: 'number',
    interval: '1m',
    minutes: 1_440,
    create: (ring) => new RobustScore(ring, 1, rangeAt),
  },
  {
    name: 'return_z_1m',
    about: `Size of the newest minute's log return, up or down, ${againstDay}`,
    unit: 'number',
    interval: '1m',
    minutes: 1_440,
    create: (ring) => new RobustScore(ring, 2, returnSizeAt),
  },
] as const satisfies readonly StatisticRow[];

export type StatisticName = (typeof statisticTable)[number]['name'];

/** As of a closed minute: one field per number that is there. */
export type Statistics = { readonly [Name in StatisticName]?: number | null | undefined };
