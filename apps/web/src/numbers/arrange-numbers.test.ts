import { expect, test } from 'vitest';
import type { MetricDescription } from '../model.ts';
import { arrangeNumbers, minutesOf } from './arrange-numbers.ts';

const metric = (
  name: string,
  interval: string | null,
  source: MetricDescription['source'],
  unit: MetricDescription['unit'] = 'number',
): MetricDescription => ({ name, about: `about ${name}`, unit, interval, source });

test('one row per number, one column per length in the order of the lengths, whatever the table holds', () => {
  const sections = arrangeNumbers(
    [
      metric('price', null, 'price', 'price'),
      metric('change_1d', '1d', 'window', 'percent'),
      metric('change_90m', '90m', 'window', 'percent'),
      metric('change_1h', '1h', 'window', 'percent'),
      metric('vwap_1h', '1h', 'window', 'price'),
      metric('rsi_4h', '4h', 'indicator'),
    ],
    [
      { name: 'change_1h', value: 1.5 },
      { name: 'rsi_4h', value: 0 },
      { name: 'unheard_of', value: 9 },
    ],
  );
  expect(sections.map(({ source, columns }) => [source, columns])).toEqual([
    ['window', ['1h', '90m', '1d']],
    ['indicator', ['4h']],
  ]);
  const [windows, indicators] = sections;
  expect(windows?.rows.map(({ stem }) => stem)).toEqual(['change', 'vwap']);
  expect(windows?.rows[0]?.cells.map((cell) => cell && [cell.name, cell.value])).toEqual([
    ['change_1h', 1.5],
    ['change_90m', undefined],
    ['change_1d', undefined],
  ]);
  expect(windows?.rows[1]?.cells.slice(1)).toEqual([null, null]);
  expect(indicators?.rows[0]?.cells[0]).toMatchObject({ value: 0, about: 'about rsi_4h' });
});

test('nothing is known yet: nothing is shown', () => {
  expect(arrangeNumbers([], [])).toEqual([]);
  expect(arrangeNumbers([metric('price', null, 'price')], [])).toEqual([]);
});

test('lengths of every unit', () => {
  expect(['5m', '2h', '1d', '1w'].map(minutesOf)).toEqual([5, 120, 1_440, 10_080]);
});
