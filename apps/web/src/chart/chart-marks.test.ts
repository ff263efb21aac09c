import { expect, test } from 'vitest';
import type { ChartAlert } from '../model.ts';
import { chartMarks } from './chart-marks.ts';

function alert(time: number, rule: string, title = rule): ChartAlert {
  const id = `${rule}${time}`;
  return { id, instrument: 'binance:usdm:BTCUSDT', rule, title, time, changePct: null, status: 'fired' };
}

test('marks stand at the bar that holds the minute, one per side, in the order of time', () => {
  const alerts = [
    alert(6960, 'big_bull_5m', 'Bull'),
    alert(6900, 'pioneer_bull', 'Pioneer'),
    alert(660, 'big_bear_5m', 'Bear'),
    alert(600, 'big_bear_5m', 'Bear'),
  ];
  expect(chartMarks(alerts, '5m')).toEqual([
    { time: 600, side: 'bear', text: 'Bear' },
    { time: 6900, side: 'bull', text: 'Bull +1' },
  ]);
  expect(chartMarks(alerts, '1m').map(({ time }) => time)).toEqual([600, 660, 6900, 6960]);
});

test('only the newest marks are named, and not where their words would meet', () => {
  const alerts = [0, 20, 40, 50, 60].map((minute) => alert(minute * 60, 'pioneer_bull', 'Pioneer'));
  expect(chartMarks(alerts, '1m').map(({ text }) => text)).toEqual(['', 'Pioneer', 'Pioneer', '', 'Pioneer']);
});

test('the same rule twice in a bar is one name', () => {
  expect(chartMarks([alert(600, 'pioneer_bull', 'P'), alert(660, 'pioneer_bull', 'P')], '5m')).toEqual([
    { time: 600, side: 'bull', text: 'P' },
  ]);
});

test('what was retracted is not marked, what was amended is', () => {
  const [fired, amended, retracted] = [600, 660, 720].map((time) => alert(time, 'pioneer_bull', 'P'));
  const alerts = [
    fired,
    amended && { ...amended, status: 'amended' as const },
    retracted && { ...retracted, status: 'retracted' as const },
  ];
  const marks = chartMarks(
    alerts.filter((each) => each !== undefined),
    '1m',
  );
  expect(marks.map(({ time }) => time)).toEqual([600, 660]);
});
