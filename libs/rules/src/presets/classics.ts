/** The first list of the roadmap as it was written: a multiple of the usual volume and a change, with ≥ and ≤. */
import { change, preset, times } from './preset.ts';

const hourVolume = {
  parameters: { volume_1h_times_of_mean: times(2, 'So many times the mean hour of the day') },
  all: ['volume_1h >= params.volume_1h_times_of_mean * (volume_1d / 24)'],
};
const quarterVolume = {
  parameters: { volume_15m_times_of_mean: times(1.5, 'So many times the mean fifteen minutes of the day') },
  all: ['volume_15m >= params.volume_15m_times_of_mean * (volume_1d / 96)'],
};

export const classics = [
  preset({
    rule: 'big_bull_60m_classic',
    title: '60 Big Bull, classic',
    text: 'Up over the hour with a multiple of the usual volume.',
    timeframe: '1h',
    parameters: { change_1h_min: change(3, 'Least rise of the hour'), ...hourVolume.parameters },
    all: [...hourVolume.all, 'change_1h >= params.change_1h_min'],
  }),
  preset({
    rule: 'big_bear_60m_classic',
    title: '60 Big Bear, classic',
    text: 'Down over the hour with a multiple of the usual volume.',
    timeframe: '1h',
    parameters: { change_1h_max: change(-3, 'Least fall of the hour'), ...hourVolume.parameters },
    all: [...hourVolume.all, 'change_1h <= params.change_1h_max'],
  }),
  preset({
    rule: 'pioneer_bull_classic',
    title: 'Pioneer Bull, classic',
    text: 'Up over fifteen minutes with more than the usual volume.',
    timeframe: '15m',
    parameters: { change_15m_min: change(1, 'Least rise of fifteen minutes'), ...quarterVolume.parameters },
    all: [...quarterVolume.all, 'change_15m >= params.change_15m_min'],
  }),
  preset({
    rule: 'pioneer_bear_classic',
    title: 'Pioneer Bear, classic',
    text: 'Down over fifteen minutes with more than the usual volume.',
    timeframe: '15m',
    parameters: { change_15m_max: change(-1, 'Least fall of fifteen minutes'), ...quarterVolume.parameters },
    all: [...quarterVolume.all, 'change_15m <= params.change_15m_max'],
  }),
];
