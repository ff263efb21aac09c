import { COOLDOWN_MS_DEFAULT, type RuleDefinition } from './rule.ts';

/** A rule that we ship. */
export interface Preset extends RuleDefinition {
  /** Its id in the vectors of the reference screener. */
  readonly vectorId: string;
}

type PresetText = Pick<Preset, 'rule' | 'vectorId' | 'title' | 'text' | 'timeframe' | 'parameters'> & {
  /** Terms that must all hold. Their form is part of the meaning: a division is not the same double as a multiplication. */
  readonly all: readonly string[];
};

const preset = ({ all, ...rest }: PresetText): Preset => ({
  ...rest,
  version: 1,
  owner: 'preset',
  condition: all.join(' && '),
  cooldownMs: COOLDOWN_MS_DEFAULT,
  enabled: true,
});

const hourVolumes = {
  parameters: {
    volume_1h_min: 500_000,
    volume_8h_min: 5_000_000,
    volume_1h_times_of_8h: 6,
    volume_1h_times_of_1d: 16,
  },
  all: [
    'volume_1h > params.volume_1h_min',
    'volume_8h > params.volume_8h_min',
    'params.volume_1h_times_of_8h * volume_1h > volume_8h',
    'params.volume_1h_times_of_1d * volume_1h > volume_1d',
  ],
};

const fiveMinuteVolumes = {
  parameters: {
    volume_5m_min: 100_000,
    volume_1h_min: 1_000_000,
    volume_5m_part_of_15m: 3,
    volume_5m_part_of_1h: 6,
    volume_5m_part_of_8h: 66,
  },
  all: [
    'volume_5m > params.volume_5m_min',
    'volume_1h > params.volume_1h_min',
    'volume_5m > volume_15m / params.volume_5m_part_of_15m',
    'volume_5m > volume_1h / params.volume_5m_part_of_1h',
    'volume_5m > volume_8h / params.volume_5m_part_of_8h',
  ],
};

const quarterVolumes = {
  parameters: {
    volume_15m_min: 400_000,
    volume_1h_min: 1_000_000,
    volume_15m_part_of_1h: 3,
    volume_15m_part_of_8h: 26,
  },
  all: [
    'volume_15m > params.volume_15m_min',
    'volume_1h > params.volume_1h_min',
    'volume_15m > volume_1h / params.volume_15m_part_of_1h',
    'volume_15m > volume_8h / params.volume_15m_part_of_8h',
  ],
};

const hunterVolumes = {
  parameters: { volume_5m_part_of_15m: 2, volume_5m_part_of_1h: 8 },
  all: ['volume_5m > volume_15m / params.volume_5m_part_of_15m', 'volume_5m > volume_1h / params.volume_5m_part_of_1h'],
};

export const presets: readonly Preset[] = [
  preset({
    rule: 'big_bull_60m',
    vectorId: 'futures_big_bull_60',
    title: '60 Big Bull',
    text: 'Up over the hour, more over eight hours and the day, not yet overheated; the hour holds more than its share of the volume.',
    timeframe: '1h',
    parameters: { change_1h_min: 1.6, change_1d_max: 15, ...hourVolumes.parameters },
    all: [
      'change_1h > params.change_1h_min',
      'change_1d < params.change_1d_max',
      'change_8h > change_1h',
      'change_1d > change_8h',
      ...hourVolumes.all,
    ],
  }),
  preset({
    rule: 'big_bear_60m',
    vectorId: 'futures_big_bear_60',
    title: '60 Big Bear',
    text: 'Down over the hour, more over eight hours and the day, not yet collapsed; the hour holds more than its share of the volume.',
    timeframe: '1h',
    parameters: { change_1h_max: -1.6, change_1d_min: -15, ...hourVolumes.parameters },
    all: [
      'change_1h < params.change_1h_max',
      'change_1d > params.change_1d_min',
      'change_8h < change_1h',
      'change_1d < change_8h',
      ...hourVolumes.all,
    ],
  }),
  preset({
    rule: 'pioneer_bull',
    vectorId: 'futures_pioneer_bull',
    title: 'Pioneer Bull',
    text: 'The last five minutes carry a jump of the quarter of an hour, in price and in volume.',
    timeframe: '5m',
    parameters: { change_5m_min: 1, change_15m_min: 1, change_5m_times_of_15m: 3, volume_5m_times_of_15m: 2 },
    all: [
      'change_5m > params.change_5m_min',
      'change_15m > params.change_15m_min',
      'params.change_5m_times_of_15m * change_5m > change_15m',
      'params.volume_5m_times_of_15m * volume_5m > volume_15m',
    ],
  }),
  preset({
    rule: 'pioneer_bear',
    vectorId: 'futures_pioneer_bear',
    title: 'Pioneer Bear',
    text: 'The last five minutes carry a drop of the quarter of an hour, in price and in volume.',
    timeframe: '5m',
    parameters: { change_5m_max: -1, change_15m_max: -1, change_5m_times_of_15m: 3, volume_5m_times_of_15m: 2 },
    all: [
      'change_5m < params.change_5m_max',
      'change_15m < params.change_15m_max',
      'params.change_5m_times_of_15m * change_5m < change_15m',
      'params.volume_5m_times_of_15m * volume_5m > volume_15m',
    ],
  }),
  preset({
    rule: 'big_bull_5m',
    vectorId: 'futures_5_big_bull',
    title: '5 Big Bull',
    text: 'Rising over five minutes, more over fifteen and the hour, with a burst of volume in the last five.',
    timeframe: '5m',
    parameters: { change_5m_min: 0.6, change_1d_max: 15, ...fiveMinuteVolumes.parameters },
    all: [
      'change_5m > params.change_5m_min',
      'change_1d < params.change_1d_max',
      'change_15m > change_5m',
      'change_1h > change_15m',
      ...fiveMinuteVolumes.all,
    ],
  }),
  preset({
    rule: 'big_bear_5m',
    vectorId: 'futures_5_big_bear',
    title: '5 Big Bear',
    text: 'Falling over five minutes, more over fifteen and the hour, with a burst of volume in the last five.',
    timeframe: '5m',
    parameters: { change_5m_max: -0.6, change_1d_min: -15, ...fiveMinuteVolumes.parameters },
    all: [
      'change_5m < params.change_5m_max',
      'change_1d > params.change_1d_min',
      'change_15m < change_5m',
      'change_1h < change_15m',
      ...fiveMinuteVolumes.all,
    ],
  }),
  preset({
    rule: 'big_bull_15m',
    vectorId: 'futures_15_big_bull',
    title: '15 Big Bull',
    text: 'Rising over fifteen minutes, more over the hour and eight hours, with a burst of volume in the last fifteen.',
    timeframe: '15m',
    parameters: { change_15m_min: 1, change_1d_max: 15, ...quarterVolumes.parameters },
    all: [
      'change_15m > params.change_15m_min',
      'change_1d < params.change_1d_max',
      'change_1h > change_15m',
      'change_8h > change_1h',
      ...quarterVolumes.all,
    ],
  }),
  preset({
    rule: 'big_bear_15m',
    vectorId: 'futures_15_big_bear',
    title: '15 Big Bear',
    text: 'Falling over fifteen minutes, more over the hour and eight hours, with a burst of volume in the last fifteen.',
    timeframe: '15m',
    parameters: { change_15m_max: -1, change_1d_min: -15, ...quarterVolumes.parameters },
    all: [
      'change_15m < params.change_15m_max',
      'change_1d > params.change_1d_min',
      'change_1h < change_15m',
      'change_8h < change_1h',
      ...quarterVolumes.all,
    ],
  }),
  preset({
    rule: 'bottom_hunter',
    vectorId: 'futures_bottom_hunter',
    title: 'Bottom Hunter',
    text: 'Down over the hour and fifteen minutes, and turning up in the last five with volume.',
    timeframe: '5m',
    parameters: { change_1h_max: -0.7, change_15m_max: -0.6, change_5m_min: 0.5, ...hunterVolumes.parameters },
    all: [
      'change_1h < params.change_1h_max',
      'change_15m < params.change_15m_max',
      'change_5m > params.change_5m_min',
      ...hunterVolumes.all,
    ],
  }),
  preset({
    rule: 'top_hunter',
    vectorId: 'futures_top_hunter',
    title: 'Top Hunter',
    text: 'Up over the hour and fifteen minutes, and turning down in the last five with volume.',
    timeframe: '5m',
    parameters: { change_1h_min: 0.7, change_15m_min: 0.6, change_5m_max: -0.5, ...hunterVolumes.parameters },
    all: [
      'change_1h > params.change_1h_min',
      'change_15m > params.change_15m_min',
      'change_5m < params.change_5m_max',
      ...hunterVolumes.all,
    ],
  }),
];

/** The same as plain rules, to seed the topic with. */
export const presetRules: readonly RuleDefinition[] = presets.map(({ vectorId: _, ...rule }) => rule);
