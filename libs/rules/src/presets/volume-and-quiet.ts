/** Volume that stands out, with a move or without one; and a price that hardly moves. */
import { change, preset, share, times } from './preset.ts';

const HOUR_MS = 3_600_000;

const whaleVolume = {
  parameters: { volume_15m_times_of_mean: times(3, 'So many times the mean fifteen minutes of the day') },
  all: ['volume_15m > params.volume_15m_times_of_mean * (volume_1d / 96)'],
};
const burstVolume = {
  parameters: { volume_5m_times_of_mean: times(5, 'So many times the mean five minutes of the day') },
  all: ['volume_5m > params.volume_5m_times_of_mean * (volume_1d / 288)'],
};
const minuteVolume = { volume_1m_times_of_mean: times(2.5, 'So many times the mean minute of the hour') };
const minutesWith = (direction: '>' | '<'): readonly string[] => [
  `candles.last(3).all(c, c.quote_volume > params.volume_1m_times_of_mean * (volume_1h / 60) && c.close ${direction} c.open)`,
];

export const volumeAndQuiet = [
  preset({
    rule: 'bull_whale',
    title: 'Whale accumulation',
    text: 'Fifteen minutes with a multiple of their usual volume, rising, and bought rather than sold.',
    timeframe: '15m',
    parameters: {
      ...whaleVolume.parameters,
      change_15m_min: change(2, 'Least rise of fifteen minutes'),
      taker_share_15m_min: share(0.5, 'Share of the volume that takers must have bought'),
    },
    all: [...whaleVolume.all, 'change_15m > params.change_15m_min', 'taker_share_15m > params.taker_share_15m_min'],
  }),
  preset({
    rule: 'bear_whale',
    title: 'Whale distribution',
    text: 'Fifteen minutes with a multiple of their usual volume, falling, and sold rather than bought.',
    timeframe: '15m',
    parameters: {
      ...whaleVolume.parameters,
      change_15m_max: change(-2, 'Least fall of fifteen minutes'),
      taker_share_15m_max: share(0.5, 'Share of the volume that takers may have bought'),
    },
    all: [...whaleVolume.all, 'change_15m < params.change_15m_max', 'taker_share_15m < params.taker_share_15m_max'],
  }),
  preset({
    rule: 'bull_volume',
    title: 'Sustained buying',
    text: 'Three minutes in a row that rise, each with a multiple of the usual volume of the hour.',
    timeframe: '5m',
    parameters: minuteVolume,
    all: minutesWith('>'),
  }),
  preset({
    rule: 'bear_volume',
    title: 'Sustained selling',
    text: 'Three minutes in a row that fall, each with a multiple of the usual volume of the hour.',
    timeframe: '5m',
    parameters: minuteVolume,
    all: minutesWith('<'),
  }),
  preset({
    rule: 'pump_radar',
    title: 'Pump radar',
    text: 'A steep rise in five minutes with a burst of volume, and the price is still near its high.',
    timeframe: '5m',
    parameters: {
      change_5m_min: change(3, 'Least rise of five minutes'),
      ...burstVolume.parameters,
      below_high_5m_max: share(0.005, 'So far, as a share, the price may be below the high of five minutes'),
    },
    all: [
      'change_5m > params.change_5m_min',
      ...burstVolume.all,
      '(high_5m - close_5m) / high_5m < params.below_high_5m_max',
    ],
  }),
  preset({
    rule: 'dump_radar',
    title: 'Dump radar',
    text: 'A steep fall in five minutes with a burst of volume, and the price is still near its low.',
    timeframe: '5m',
    parameters: {
      change_5m_max: change(-3, 'Least fall of five minutes'),
      ...burstVolume.parameters,
      above_low_5m_max: share(0.005, 'So far, as a share, the price may be above the low of five minutes'),
    },
    all: [
      'change_5m < params.change_5m_max',
      ...burstVolume.all,
      '(close_5m - low_5m) / low_5m < params.above_low_5m_max',
    ],
  }),
  preset({
    rule: 'quiet_whale',
    title: 'Quiet whale',
    text: 'A burst of volume in five minutes, and the price stays where it is.',
    timeframe: '5m',
    parameters: {
      ...burstVolume.parameters,
      change_5m_min: change(-0.3, 'Most fall of five minutes'),
      change_5m_max: change(0.3, 'Most rise of five minutes'),
    },
    all: [...burstVolume.all, 'change_5m > params.change_5m_min', 'change_5m < params.change_5m_max'],
  }),
  preset({
    rule: 'volatility',
    title: 'Volatility burst',
    text: 'The average true range of 5m bars is a multiple of its own mean over the last eight hours.',
    timeframe: '5m',
    parameters: { atr_5m_times_of_mean: times(3, 'So many times its mean over the last 96 bars') },
    all: ['atr_5m > params.atr_5m_times_of_mean * atr_mean_5m'],
  }),
  preset({
    rule: 'flat_1m',
    title: 'Tight minutes',
    text: 'Ten minutes in a row that each hardly move. It lasts: so it is told once an hour.',
    timeframe: '15m',
    parameters: { range_max: share(0.001, 'Most range of a minute as a share of its open') },
    all: ['candles.last(10).all(c, (c.high - c.low) / c.open < params.range_max)'],
    cooldownMs: HOUR_MS,
  }),
  preset({
    rule: 'flat_8h',
    title: 'Sideways 8h',
    text: 'Eight hours within a narrow range. It lasts: so it is told once in eight hours.',
    timeframe: '8h',
    parameters: { range_max: share(0.02, 'Most range of eight hours as a share of their low') },
    all: ['(high_8h - low_8h) / low_8h < params.range_max'],
    cooldownMs: 8 * HOUR_MS,
  }),
];
