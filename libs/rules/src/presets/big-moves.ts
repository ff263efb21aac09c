/** 60, 15 and 5 minutes of a move that is part of a larger one, and the jumps called pioneers. */
import { change, preset, times, worth } from './preset.ts';

const hourVolumes = {
  parameters: {
    volume_1h_min: worth(500_000, 'Least quote volume of the hour'),
    volume_8h_min: worth(5_000_000, 'Least quote volume of eight hours'),
    volume_1h_times_of_8h: times(6, 'So many times the hour must exceed eight hours'),
    volume_1h_times_of_1d: times(16, 'So many times the hour must exceed the day'),
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
    volume_5m_min: worth(100_000, 'Least quote volume of five minutes'),
    volume_1h_min: worth(1_000_000, 'Least quote volume of the hour'),
    volume_5m_part_of_15m: times(3, 'Five minutes must exceed such a part of fifteen'),
    volume_5m_part_of_1h: times(6, 'Five minutes must exceed such a part of the hour'),
    volume_5m_part_of_8h: times(66, 'Five minutes must exceed such a part of eight hours'),
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
    volume_15m_min: worth(400_000, 'Least quote volume of fifteen minutes'),
    volume_1h_min: worth(1_000_000, 'Least quote volume of the hour'),
    volume_15m_part_of_1h: times(3, 'Fifteen minutes must exceed such a part of the hour'),
    volume_15m_part_of_8h: times(26, 'Fifteen minutes must exceed such a part of eight hours'),
  },
  all: [
    'volume_15m > params.volume_15m_min',
    'volume_1h > params.volume_1h_min',
    'volume_15m > volume_1h / params.volume_15m_part_of_1h',
    'volume_15m > volume_8h / params.volume_15m_part_of_8h',
  ],
};

const pioneerTimes = {
  change_5m_times_of_15m: times(3, 'So many times the change of five minutes must exceed that of fifteen'),
  volume_5m_times_of_15m: times(2, 'So many times the volume of five minutes must exceed that of fifteen'),
};

const overheated = change(15, 'Most change of the day, so that it is not overheated');
const collapsed = change(-15, 'Least change of the day, so that it has not collapsed');

export const bigMoves = [
  preset({
    rule: 'big_bull_60m',
    vectorId: 'futures_big_bull_60',
    title: '60 Big Bull',
    text: 'Up over the hour, more over eight hours and the day, not yet overheated; the hour holds more than its share of the volume.',
    timeframe: '1h',
    parameters: {
      change_1h_min: change(1.6, 'Least rise of the hour'),
      change_1d_max: overheated,
      ...hourVolumes.parameters,
    },
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
    parameters: {
      change_1h_max: change(-1.6, 'Least fall of the hour'),
      change_1d_min: collapsed,
      ...hourVolumes.parameters,
    },
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
    parameters: {
      change_5m_min: change(1, 'Least rise of five minutes'),
      change_15m_min: change(1, 'Least rise of fifteen minutes'),
      ...pioneerTimes,
    },
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
    parameters: {
      change_5m_max: change(-1, 'Least fall of five minutes'),
      change_15m_max: change(-1, 'Least fall of fifteen minutes'),
      ...pioneerTimes,
    },
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
    parameters: {
      change_5m_min: change(0.6, 'Least rise of five minutes'),
      change_1d_max: overheated,
      ...fiveMinuteVolumes.parameters,
    },
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
    parameters: {
      change_5m_max: change(-0.6, 'Least fall of five minutes'),
      change_1d_min: collapsed,
      ...fiveMinuteVolumes.parameters,
    },
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
    parameters: {
      change_15m_min: change(1, 'Least rise of fifteen minutes'),
      change_1d_max: overheated,
      ...quarterVolumes.parameters,
    },
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
    parameters: {
      change_15m_max: change(-1, 'Least fall of fifteen minutes'),
      change_1d_min: collapsed,
      ...quarterVolumes.parameters,
    },
    all: [
      'change_15m < params.change_15m_max',
      'change_1d > params.change_1d_min',
      'change_1h < change_15m',
      'change_8h < change_1h',
      ...quarterVolumes.all,
    ],
  }),
];
