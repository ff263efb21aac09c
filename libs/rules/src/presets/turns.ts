/** Where a move turns, and where an indicator says that it is overdone. */
import { change, level, preset, times } from './preset.ts';

const hunterVolumes = {
  parameters: {
    volume_5m_part_of_15m: times(2, 'Five minutes must exceed such a part of fifteen'),
    volume_5m_part_of_1h: times(8, 'Five minutes must exceed such a part of the hour'),
  },
  all: ['volume_5m > volume_15m / params.volume_5m_part_of_15m', 'volume_5m > volume_1h / params.volume_5m_part_of_1h'],
};
const fallThenRise = [
  'change_1h < params.change_1h_max',
  'change_15m < params.change_15m_max',
  'change_5m > params.change_5m_min',
];
const riseThenFall = [
  'change_1h > params.change_1h_min',
  'change_15m > params.change_15m_min',
  'change_5m < params.change_5m_max',
];

export const turns = [
  preset({
    rule: 'bottom_hunter',
    vectorId: 'futures_bottom_hunter',
    title: 'Bottom Hunter',
    text: 'Down over the hour and fifteen minutes, and turning up in the last five with volume.',
    timeframe: '5m',
    parameters: {
      change_1h_max: change(-0.7, 'Least fall of the hour'),
      change_15m_max: change(-0.6, 'Least fall of fifteen minutes'),
      change_5m_min: change(0.5, 'Least rise of five minutes'),
      ...hunterVolumes.parameters,
    },
    all: [...fallThenRise, ...hunterVolumes.all],
  }),
  preset({
    rule: 'top_hunter',
    vectorId: 'futures_top_hunter',
    title: 'Top Hunter',
    text: 'Up over the hour and fifteen minutes, and turning down in the last five with volume.',
    timeframe: '5m',
    parameters: {
      change_1h_min: change(0.7, 'Least rise of the hour'),
      change_15m_min: change(0.6, 'Least rise of fifteen minutes'),
      change_5m_max: change(-0.5, 'Least fall of five minutes'),
      ...hunterVolumes.parameters,
    },
    all: [...riseThenFall, ...hunterVolumes.all],
  }),
  preset({
    rule: 'bottom_hunter_rsi',
    title: 'Deep Bottom Hunter',
    text: 'Far down over the hour and fifteen minutes, oversold by the RSI of 5m bars, and turning up in the last five.',
    timeframe: '5m',
    parameters: {
      change_1h_max: change(-1.5, 'Least fall of the hour'),
      change_15m_max: change(-1, 'Least fall of fifteen minutes'),
      change_5m_min: change(0.7, 'Least rise of five minutes'),
      rsi_5m_max: level(35, 'The RSI of 5m bars must be below'),
    },
    all: [...fallThenRise, 'rsi_5m < params.rsi_5m_max'],
  }),
  preset({
    rule: 'top_hunter_rsi',
    title: 'Deep Top Hunter',
    text: 'Far up over the hour and fifteen minutes, overbought by the RSI of 5m bars, and turning down in the last five.',
    timeframe: '5m',
    parameters: {
      change_1h_min: change(1.5, 'Least rise of the hour'),
      change_15m_min: change(1, 'Least rise of fifteen minutes'),
      change_5m_max: change(-0.7, 'Least fall of five minutes'),
      rsi_5m_min: level(65, 'The RSI of 5m bars must be above'),
    },
    all: [...riseThenFall, 'rsi_5m > params.rsi_5m_min'],
  }),
  preset({
    rule: 'rsi_oversold',
    title: 'RSI oversold',
    text: 'The RSI of 1h bars falls below its level: the first closed bar that is below, not those that stay there.',
    timeframe: '1h',
    parameters: { rsi_1h_level: level(30, 'The level that is crossed downwards') },
    all: ['previous.rsi_1h >= params.rsi_1h_level', 'rsi_1h < params.rsi_1h_level'],
  }),
  preset({
    rule: 'rsi_overbought',
    title: 'RSI overbought',
    text: 'The RSI of 1h bars rises above its level: the first closed bar that is above, not those that stay there.',
    timeframe: '1h',
    parameters: { rsi_1h_level: level(70, 'The level that is crossed upwards') },
    all: ['previous.rsi_1h <= params.rsi_1h_level', 'rsi_1h > params.rsi_1h_level'],
  }),
];
