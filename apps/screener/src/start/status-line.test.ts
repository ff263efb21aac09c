import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { type AppReport, startStatusLine, statusText } from './status-line.ts';

const report = (name: string, numbers: AppReport['numbers'], changes: Partial<AppReport> = {}): AppReport => ({
  name,
  status: 'running',
  text: 'well',
  numbers,
  crashes: 0,
  ...changes,
});
const figures = { instruments: 20, primed: 20, candlesPerMinute: 20, lagMs: 80.4, repaired: 3, missing: 1 };

test('instruments, candles a minute, lag, repaired, missing', () => {
  const text = statusText('live', [report('collector', figures), report('alerter', { alerts: 7 })]);
  expect(text).toBe('live · 20 instruments · 20 candles/min · lag 80 ms · repaired 3 · missing 1 · alerts 7');
});

test('what nobody has said yet is shown as unknown', () => {
  expect(statusText('live', [])).toBe('live · 0 instruments · – candles/min · lag – · repaired – · missing –');
});

test('several collectors count together, and the largest lag is the lag; one that stops no longer counts', () => {
  const text = statusText('live', [
    report('collector', figures),
    report('collector', { ...figures, instruments: 30, primed: 30, lagMs: 250 }),
    report('collector', { ...figures, lagMs: 9_000 }, { status: 'stopping' }),
  ]);
  expect(text).toBe('live · 50 instruments · 40 candles/min · lag 250 ms · repaired 6 · missing 2');
});

test('priming shows how far it is, bars included, of all collectors; what is degraded says why', () => {
  const text = statusText('live', [
    report('collector', { ...figures, primedShare: 0.25 }),
    report('sink', {}, { status: 'degraded', text: 'no database' }),
  ]);
  expect(text).toMatch(/^live · priming ███░░░░░░░ {2}25 % of 20 instruments · .* · sink: no database$/);
  const two = statusText('live', [
    report('collector', { ...figures, primedShare: 0.5 }),
    report('collector', { ...figures, instruments: 60, primedShare: 0.9 }),
  ]);
  expect(two).toContain('priming ████████░░  80 % of 80 instruments');
  expect(statusText('live', [report('collector', { ...figures, primedShare: 1 })])).toContain('live · 20 instruments');
});

test('on a terminal the line is rewritten and never longer than it; printed lines stand above it', () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 20 });
  const line = startStatusLine({ stream, reports: () => [report('collector', figures)], label: 'live' });
  line.print('a notice');
  line.stop();
  const written = String(stream.read());
  expect(written).toContain('a notice\n');
  expect(written).toContain('\r\u001b[2Klive · 20 instrumen\r');
});
