import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import { parseExposition } from '../testing/parse-exposition.ts';
import { createMetrics } from './create-metrics.ts';
import { exposition } from './exposition.ts';
import { durationBuckets, type MetricsRegistry } from './metrics.ts';
import { startProcessMetrics } from './process-metrics.ts';
import { otherSeries, seriesPerMetricMax } from './series-table.ts';

const parsed = (metrics: MetricsRegistry) => parseExposition(exposition([{ metrics, labels: {} }]));
const onlyValue = (metrics: MetricsRegistry, name: string): number =>
  parsed(metrics).get(name)?.samples[0]?.value ?? Number.NaN;
const valuesOf = (metrics: MetricsRegistry, name: string) =>
  parsed(metrics)
    .get(name)
    ?.samples.map(({ labels, value }) => [...Object.values(labels), value]);

describe('counters, gauges and histograms', () => {
  test('a counter without labels is 0 from the beginning; with labels each series comes with its first value', () => {
    const metrics = createMetrics();
    const plain = metrics.counter('plain_total', 'Plain');
    const byReason = metrics.counter('errors_total', 'Errors', ['reason']);
    expect(valuesOf(metrics, 'plain_total')).toEqual([[0]]);
    expect(parsed(metrics).has('errors_total')).toBe(false);
    plain.inc();
    plain.inc(2.5);
    byReason.inc(1, { reason: 'timeout' });
    byReason.inc(2, { reason: 'html' });
    byReason.inc(1, { reason: 'timeout' });
    expect(valuesOf(metrics, 'plain_total')).toEqual([[3.5]]);
    expect(valuesOf(metrics, 'errors_total')).toEqual([
      ['timeout', 2],
      ['html', 2],
    ]);
  });

  test('a counter never falls and never becomes no number', () => {
    const metrics = createMetrics();
    const counter = metrics.counter('things_total', 'Things');
    for (const value of [Number.NaN, -1, Number.POSITIVE_INFINITY]) counter.inc(value);
    expect(valuesOf(metrics, 'things_total')).toEqual([[0]]);
    expect(valuesOf(metrics, 'screener_metrics_left_out_total')).toEqual([['value', 3]]);
  });

  test('a gauge is what was set last, and forgets by label', () => {
    const metrics = createMetrics();
    const lag = metrics.gauge('lag', 'Lag', ['group', 'partition']);
    for (const partition of ['0', '1']) lag.set(7, { group: 'a', partition });
    lag.set(9, { group: 'b', partition: '0' });
    lag.set(8, { group: 'a', partition: '1' });
    expect(valuesOf(metrics, 'lag')).toEqual([
      ['a', '0', 7],
      ['a', '1', 8],
      ['b', '0', 9],
    ]);
    lag.clear({ group: 'a' });
    expect(valuesOf(metrics, 'lag')).toEqual([['b', '0', 9]]);
    lag.clear();
    expect(parsed(metrics).has('lag')).toBe(false);
  });

  test('a histogram counts each value in all buckets from its own on', () => {
    const metrics = createMetrics();
    const seconds = metrics.histogram('wait_seconds', 'Wait', [0.1, 1], ['how']);
    for (const value of [0.05, 0.1, 0.5, 20]) seconds.observe(value, { how: 'a' });
    seconds.observe(Number.NaN, { how: 'a' });
    const { samples } = parsed(metrics).get('wait_seconds') ?? { samples: [] };
    expect(samples.map(({ labels: { le = '' }, value }) => [le, value])).toEqual([
      ['0.1', 2],
      ['1', 3],
      ['+Inf', 4],
      ['', 20.65],
      ['', 4],
    ]);
  });

  test('more series than the limit: sums go on under other, gauges are left out, and both are counted', () => {
    const metrics = createMetrics();
    const counter = metrics.counter('calls_total', 'Calls', ['address']);
    const gauge = metrics.gauge('size', 'Size', ['address']);
    for (let index = 0; index < seriesPerMetricMax + 5; index++) {
      counter.inc(1, { address: `a${index}` });
      gauge.set(1, { address: `a${index}` });
    }
    const calls = valuesOf(metrics, 'calls_total') ?? [];
    expect(calls).toHaveLength(seriesPerMetricMax + 1);
    expect(calls.at(-1)).toEqual([otherSeries, 5]);
    expect(valuesOf(metrics, 'size')).toHaveLength(seriesPerMetricMax);
    expect(valuesOf(metrics, 'screener_metrics_left_out_total')).toEqual([['series', 10]]);
  });

  test('the same declaration twice is the same metric; another one is refused', () => {
    const metrics = createMetrics();
    metrics.counter('runs_total', 'Runs', ['how']).inc(1, { how: 'x' });
    metrics.counter('runs_total', 'Runs', ['how']).inc(1, { how: 'x' });
    expect(valuesOf(metrics, 'runs_total')).toEqual([['x', 2]]);
    expect(() => metrics.counter('runs_total', 'Runs', ['why'])).toThrow(/runs_total is declared twice/);
  });

  test.each([
    [(metrics: MetricsRegistry) => metrics.counter('errors', 'x'), /counters end in _total/],
    [(metrics: MetricsRegistry) => metrics.gauge('size_total', 'x'), /counters end in _total/],
    [(metrics: MetricsRegistry) => metrics.gauge('a__b', 'x'), /expected a name/],
    [(metrics: MetricsRegistry) => metrics.gauge('Größe', 'x'), /expected a name/],
    [(metrics: MetricsRegistry) => metrics.gauge('wait_sum', 'x'), /belong to histograms/],
    [(metrics: MetricsRegistry) => metrics.gauge('size', ' '), /help text/],
    [(metrics: MetricsRegistry) => metrics.gauge('size', 'x', ['le']), /no name of a label/],
    [(metrics: MetricsRegistry) => metrics.gauge('size', 'x', ['a', 'a']), /there twice/],
    [(metrics: MetricsRegistry) => metrics.histogram('wait', 'x', [1, 1]), /rising bounds/],
    [(metrics: MetricsRegistry) => metrics.histogram('wait', 'x', []), /rising bounds/],
  ])('what a scraper would refuse is refused where it is written: %s', (declare, message) => {
    expect(() => declare(createMetrics())).toThrow(message);
  });
});

describe('the text', () => {
  test('carries any text in help and labels, and any number', () => {
    const metrics = createMetrics();
    const gauge = metrics.gauge('odd', 'Back\\slash, "quotes"\nand lines', ['what']);
    const odd: readonly (readonly [string, number])[] = [
      ['back\\slash', 1e-8],
      ['quo"te', 1e21],
      ['line\nline\\n', Number.NaN],
      ['币安人生USDT, {x="y"} ', Number.POSITIVE_INFINITY],
      ['', Number.NEGATIVE_INFINITY],
    ];
    for (const [what, value] of odd) gauge.set(value, { what });
    const family = parsed(metrics).get('odd');
    expect(family?.help).toBe('Back\\slash, "quotes"\nand lines');
    expect(family?.samples.map(({ labels: { what }, value }) => [what, value])).toEqual(odd);
  });

  test('series of one name stand together, with the label of their app', () => {
    const [one, two] = [createMetrics(), createMetrics()];
    for (const metrics of [one, two]) metrics.counter('records_total', 'Records').inc(3);
    two.gauge('only_here', 'Only here').set(1);
    const families = parseExposition(
      exposition([
        { metrics: one, labels: { app: 'one' } },
        { metrics: two, labels: { app: 'two' } },
      ]),
    );
    expect(families.get('records_total')?.samples.map(({ labels }) => labels)).toEqual([
      { app: 'one' },
      { app: 'two' },
    ]);
    expect(families.get('only_here')?.samples).toMatchObject([{ labels: { app: 'two' } }]);
  });

  test('a name that means two kinds is written as the first one only', () => {
    const [one, two] = [createMetrics(), createMetrics()];
    one.gauge('wait_seconds', 'Wait').set(1);
    two.histogram('wait_seconds', 'Wait', durationBuckets).observe(1);
    const groups = [one, two].map((metrics) => ({ metrics, labels: {} }));
    expect(parseExposition(exposition(groups)).get('wait_seconds')).toMatchObject({
      type: 'gauge',
      samples: [{ value: 1 }],
    });
  });

  test('what is asked for at each reading, until that is ended; one that fails is counted', () => {
    const metrics = createMetrics();
    const gauge = metrics.gauge('asked', 'Asked');
    let asked = 0;
    const end = metrics.beforeRead(() => gauge.set(++asked));
    metrics.beforeRead(() => {
      throw new Error('nothing to read');
    });
    expect(valuesOf(metrics, 'asked')).toEqual([[1]]);
    expect(valuesOf(metrics, 'asked')).toEqual([[2]]);
    end();
    expect(valuesOf(metrics, 'asked')).toEqual([[2]]);
    expect(valuesOf(metrics, 'screener_metrics_left_out_total')).toEqual([['reader', 4]]);
  });

  test.each([
    ['no end of the last line', '# HELP a A\n# TYPE a gauge\na 1'],
    ['a family in two places', '# HELP a A\n# TYPE a gauge\na 1\n# HELP a A\n# TYPE a gauge\na{b="c"} 1\n'],
    ['a series twice', '# HELP a A\n# TYPE a gauge\na 1\na 1\n'],
    ['a quote in a label', '# HELP a A\n# TYPE a gauge\na{b="c"d"} 1\n'],
    ['a number that is none', '# HELP a A\n# TYPE a gauge\na 1,5\n'],
    ['a sample of another family', '# HELP a A\n# TYPE a gauge\nb 1\n'],
    ['a histogram that does not end', '# HELP a A\n# TYPE a histogram\na_bucket{le="1"} 1\na_sum 1\na_count 1\n'],
  ])('the reader of these tests refuses %s', (_, text) => {
    expect(() => parseExposition(text)).toThrow();
  });
});

describe('the process', () => {
  const stops: (() => void)[] = [];
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
  });

  const processMetrics = (): MetricsRegistry => {
    const metrics = createMetrics();
    stops.push(startProcessMetrics(metrics).stop);
    return metrics;
  };

  test('its processor time, memory and start are those of the system', () => {
    const metrics = processMetrics();
    const before = process.cpuUsage();
    const cpu = onlyValue(metrics, 'process_cpu_seconds_total');
    const after = process.cpuUsage();
    expect(cpu).toBeGreaterThanOrEqual((before.user + before.system) / 1e6 - 0.001);
    expect(cpu).toBeLessThanOrEqual((after.user + after.system) / 1e6 + 0.001);
    const rss = onlyValue(metrics, 'process_resident_memory_bytes');
    expect(rss).toBeGreaterThan(10e6);
    const started = onlyValue(metrics, 'process_start_time_seconds');
    expect(Math.abs(started - (Date.now() / 1_000 - process.uptime()))).toBeLessThan(5);
  });

  const promtool = spawnSync('promtool', ['--version']).status === 0;
  if (!promtool)
    process.stderr.write('SKIPPED: promtool check metrics: no promtool here (Debian package prometheus)\n');
  test.skipIf(!promtool)('promtool finds nothing to say about the text', () => {
    const metrics = processMetrics();
    metrics.histogram('wait_seconds', 'Wait', durationBuckets, ['how']).observe(0.3, { how: 'a "b" \\ c\nd' });
    const input = exposition([{ metrics, labels: { app: 'test' } }]);
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
    expect({ status, text: `${stdout}${stderr}` }).toEqual({ status: 0, text: '' });
  });
});
