import { expect, test } from 'vitest';
import type { AppHealth } from '../model.ts';
import { worstByApp } from './worst-by-app.ts';

const health = (app: string, more: Partial<AppHealth> = {}): AppHealth => ({
  app,
  instance: 'a',
  status: 'running',
  stale: false,
  text: `${app} is fine`,
  ...more,
});

test('the worst instance speaks for its app; a silent one is worse than a degraded one', () => {
  const apps = [
    health('collector'),
    health('calculator', { status: 'degraded', text: 'behind' }),
    health('calculator', { stale: true, text: 'gone' }),
    health('calculator'),
  ];
  const summaries = worstByApp(apps, true);
  expect(summaries[0]).toEqual({ app: 'collector', condition: 'running', text: 'collector is fine' });
  expect(summaries[1]).toMatchObject({ app: 'calculator', condition: 'silent' });
  expect(summaries[1]?.text).toBe('3 instances, the worst: No heartbeat for more than 5 s. Last: gone');
});

test('the five of the pipeline are always there, others when they speak', () => {
  const names = (apps: readonly AppHealth[]) => worstByApp(apps, true).map(({ app }) => app);
  const pipeline = ['collector', 'calculator', 'alerter', 'sink', 'gateway'];
  expect(names([])).toEqual(pipeline);
  expect(names([health('simulator'), health('simulator'), health('sink')])).toEqual([...pipeline, 'simulator']);
  expect(worstByApp([], true)[0]).toMatchObject({ condition: 'unknown', text: 'Has not reported yet.' });
});

test('without a line old news is not shown as new', () => {
  expect(worstByApp([health('collector')], false)[0]).toMatchObject({ condition: 'unknown' });
});
