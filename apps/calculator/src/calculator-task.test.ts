import { type BarsPrimed, decodeAs, decodeEvent, encodeEvent, type KlineClosed } from '@screener/events';
import type { LogRecord, NewRecord, Task } from '@screener/log';
import { describe, expect, test } from 'vitest';
import { createCalculatorTask } from './calculator-task.ts';
import { barsPrimed } from './testing/bars-primed.ts';

const instrument = 'binance:usdm:币安人生USDT';
const minuteMs = 60_000;
const begin = Date.UTC(2026, 0, 5);

const candleOf = (minute: number): KlineClosed => {
  const close = 100 + ((minute * 7) % 13) / 8;
  return {
    instrument,
    openTime: begin + minute * minuteMs,
    open: 100,
    high: close + 1,
    low: 99,
    close,
    volume: 10 + (minute % 5),
    quoteVolume: 1000 + minute * 0.1,
    trades: 3,
    takerBuyVolume: 4,
    takerBuyQuoteVolume: 400,
    source: 'stream',
  };
};

let nextOffset = 0;
const recordOf = (value: Buffer, key: string | null, timestamp: number): LogRecord => ({
  topic: 'klines.closed',
  partition: 3,
  offset: nextOffset++,
  key,
  value,
  timestamp,
});
const marker = (minute: number): LogRecord => {
  const openTime = begin + minute * minuteMs;
  return recordOf(encodeEvent('MinuteClosed', { openTime, missing: [] }), null, openTime + minuteMs - 1);
};
const closed = (minute: number): LogRecord => {
  const candle = candleOf(minute);
  return recordOf(encodeEvent('KlineClosed', candle), instrument, candle.openTime + minuteMs - 1);
};

function applyAll(task: Task, records: readonly LogRecord[]): NewRecord[] {
  const outputs: NewRecord[] = [];
  for (const record of records) task.apply(record, { emit: (output) => void outputs.push(output), fresh: () => true });
  return outputs;
}

const bytesOf = (outputs: readonly NewRecord[]): string[] =>
  outputs.map(({ key, value }) => `${key} ${Buffer.from(value ?? []).toString('hex')}`);

describe('calculator task', () => {
  test('a correction revises every minute since, as if the candle had come so', () => {
    const minutes = Array.from({ length: 90 }, (_, minute) => minute);
    const corrected = { ...candleOf(60), high: 300, close: 250, quoteVolume: 7_777 };
    const { source: _, instrument: __, openTime: ___, ...previous } = candleOf(60);
    const event = { ...corrected, previous, reason: 'one more trade', source: 'rest' } as const;
    const correction = recordOf(encodeEvent('KlineCorrected', event), instrument, corrected.openTime + minuteMs - 1);
    const outputs = applyAll(createCalculatorTask(3), [
      ...minutes.map(closed),
      correction,
      marker(89),
      closed(90),
      marker(90),
    ]);
    const straight = applyAll(createCalculatorTask(3), [
      ...minutes.map((minute) =>
        minute === 60
          ? recordOf(encodeEvent('KlineClosed', corrected), instrument, corrected.openTime + minuteMs - 1)
          : closed(minute),
      ),
      ...[marker(89), closed(90), marker(90)],
    ]);
    const metricsOf = (records: readonly NewRecord[]) =>
      records.map(({ value, ...record }) => ({ ...record, ...decodeAs('MetricsClosed', value ?? new Uint8Array()) }));
    const revised = metricsOf(outputs.slice(90, 120));
    expect(revised).toEqual(metricsOf(straight.slice(60, 90)).map((metrics) => ({ ...metrics, revised: true })));
    // What comes after knows no other past.
    expect(bytesOf(outputs.slice(120))).toEqual(bytesOf(straight.slice(90)));
  });

  test('a correction of what is not known changes nothing', () => {
    const { source: _, ...candle } = candleOf(1);
    const event = { ...candle, close: 99.5, previous: null, reason: 'test', source: 'rest' } as const;
    const correction = recordOf(encodeEvent('KlineCorrected', event), instrument, candle.openTime + minuteMs - 1);
    const task = createCalculatorTask(3);
    expect(applyAll(task, [correction])).toEqual([]);
    const days = Array.from({ length: 1_600 }, (_, minute) => closed(minute));
    applyAll(task, days);
    expect(applyAll(task, [correction])).toEqual([]);
  });

  test('a closed candle becomes metrics of the same key, partition and time', () => {
    const task = createCalculatorTask(3);
    const outputs = applyAll(task, [0, 1, 2, 3, 4].map(closed));
    expect(outputs).toHaveLength(5);
    expect(outputs[4]).toMatchObject({
      topic: 'metrics.closed',
      partition: 3,
      key: instrument,
      timestamp: begin + 5 * minuteMs - 1,
    });
    const metrics = decodeAs('MetricsClosed', outputs[4]?.value ?? new Uint8Array());
    expect(metrics.windows.map((window) => window.minutes)).toEqual([1, 5]);
    const five = [0, 1, 2, 3, 4].map(candleOf);
    expect(metrics.windows[1]).toMatchObject({
      open: 100,
      close: five[4]?.close,
      volume: five.reduce((sum, candle) => sum + candle.volume, 0),
    });
  });

  test('repeats and late candles change nothing', () => {
    const task = createCalculatorTask(3);
    applyAll(task, [0, 1, 2].map(closed));
    expect(applyAll(task, [closed(2), closed(0)])).toEqual([]);
  });

  const primed = (interval: string, bars: readonly KlineClosed[], changes: Partial<BarsPrimed> = {}): LogRecord => {
    const event: BarsPrimed = { ...barsPrimed(instrument, interval, bars), ...changes };
    return recordOf(encodeEvent('BarsPrimed', event), instrument, begin);
  };
  /** Hours before the first candle, as bars. */
  const hours = Array.from({ length: 40 }, (_, hour) => ({
    ...candleOf(hour),
    openTime: begin - (40 - hour) * 60 * minuteMs,
  }));
  const rsiOf = (output: NewRecord | undefined) =>
    decodeAs('MetricsClosed', output?.value ?? new Uint8Array()).indicators.find(({ interval }) => interval === '1h')
      ?.rsi;

  test('primed bars warm indicators up, before the first candle or after it, and replays meet them in their place', () => {
    const before = applyAll(createCalculatorTask(3), [primed('1h', hours), closed(0)]);
    expect(rsiOf(before[0])).toBeGreaterThan(0);
    const records = [closed(0), primed('1h', hours), closed(1), primed('1w', []), marker(1), closed(2)];
    const straight = applyAll(createCalculatorTask(3), records);
    expect(rsiOf(straight[0])).toBeUndefined();
    expect(rsiOf(straight[1])).toBe(rsiOf(before[0]));
    for (let cut = 1; cut < records.length; cut++) {
      const first = createCalculatorTask(3);
      const outputs = bytesOf(applyAll(first, records.slice(0, cut)));
      const second = createCalculatorTask(3);
      for (const key of first.keys?.() ?? []) second.restore?.(key, first.snapshot?.(key) ?? new Uint8Array());
      expect([...outputs, ...bytesOf(applyAll(second, records.slice(cut)))]).toEqual(bytesOf(straight));
    }
  });

  test('what cannot be is refused by name', () => {
    const task = createCalculatorTask(3);
    expect(() => applyAll(task, [primed('2m', [])])).toThrow("bars of '2m', which is no interval");
    expect(() => applyAll(task, [primed('1h', hours, { high: [] })])).toThrow(/bars of .*\/1h: the prices of the bar/);
    const candle = { ...candleOf(0), low: 200 };
    const impossible = recordOf(encodeEvent('KlineClosed', candle), instrument, begin + minuteMs - 1);
    for (const key of ['binance:usdm:OTHERUSDT', null]) {
      const astray = recordOf(encodeEvent('KlineClosed', candleOf(0)), key, begin);
      expect(() => applyAll(task, [astray])).toThrow(`an event of ${instrument} under the key ${key}`);
    }
    expect(() => applyAll(task, [impossible])).toThrow(/candle of .*: high .* is not the highest price/);
  });

  test('of a clock that jumped nothing is taken, and nothing has changed; history is judged as it was then', () => {
    const days = 3 * 1_440;
    const other = 'binance:usdm:ETHUSDT';
    const at = (minute: number, changes: Partial<KlineClosed>): LogRecord => {
      const candle = { ...candleOf(minute), ...changes };
      return recordOf(encodeEvent('KlineClosed', candle), candle.instrument, candle.openTime + minuteMs - 1);
    };
    const gapAt = (minute: number): LogRecord => {
      const openTime = begin + minute * minuteMs;
      const gap = encodeEvent('KlineGap', { instrument, openTime, reason: 'test' });
      return recordOf(gap, instrument, openTime + minuteMs - 1);
    };
    const task = createCalculatorTask(3);
    const twin = createCalculatorTask(3);
    for (const each of [task, twin]) applyAll(each, [closed(0), at(1, { instrument: other }), closed(1)]);
    const ahead = /candle of .*: 2026-01-08T00:02Z is 4321 minutes ahead of partition 3, which is at 2026-01-05T00:01Z/;
    expect(() => applyAll(task, [closed(days + 2)])).toThrow(ahead);
    expect(() => applyAll(task, [at(days + 2, { source: 'synthetic' })])).toThrow(ahead);
    expect(() => applyAll(task, [gapAt(days + 2)])).toThrow(/gap of .* is 4321 minutes ahead/);
    expect(() => applyAll(task, [gapAt(2 ** 34)])).toThrow(/minutes ahead/);
    const { takerBuyVolume: _, source: __, ...candle } = candleOf(days + 2);
    const live = encodeEvent('KlineLive', { ...candle, eventTime: candle.openTime + 5_000 });
    task.applyLive?.(recordOf(live, instrument, candle.openTime), () => expect.unreachable());
    expect(bytesOf(applyAll(task, [closed(2), marker(2)]))).toEqual(bytesOf(applyAll(twin, [closed(2), marker(2)])));

    // Another took over in between: it judges as the one before.
    const second = createCalculatorTask(3);
    for (const key of task.keys?.() ?? []) second.restore?.(key, task.snapshot?.(key) ?? new Uint8Array());
    expect(() => applyAll(second, [closed(days + 2)])).toThrow(/4320 minutes ahead of partition 3/);
    // After an absence REST tells where a partition goes on; the others follow.
    expect(applyAll(second, [at(days, { source: 'rest' }), at(days + 1, { instrument: other })])).toHaveLength(2);
    // Whatever is silent in its partition, an instrument that is new is taken.
    const third = createCalculatorTask(3);
    applyAll(third, [closed(0)]);
    const fresh = { instrument: 'binance:usdm:NEWUSDT' };
    expect(applyAll(third, [at(180, fresh), at(181, fresh)])).toHaveLength(2);
  });

  test('a marker of no minute is refused; one that is far ahead may follow an absence', () => {
    const task = createCalculatorTask(3);
    applyAll(task, [closed(0), marker(0)]);
    const astray = encodeEvent('MinuteClosed', { openTime: begin + 1, missing: [] });
    expect(() => applyAll(task, [recordOf(astray, null, begin)])).toThrow(/marker of partition 3: .* not the start of/);
    expect(applyAll(task, [marker(10 * 1_440)])).toHaveLength(2);
  });

  test('markers are handed on, gaps make windows absent', () => {
    const task = createCalculatorTask(3);
    applyAll(task, [0, 1, 2, 3].map(closed));
    const openTime = begin + 4 * minuteMs;
    const gap = recordOf(
      encodeEvent('KlineGap', { instrument, openTime, reason: 'test' }),
      instrument,
      openTime + minuteMs - 1,
    );
    const marker = recordOf(encodeEvent('MinuteClosed', { openTime, missing: [] }), null, openTime + minuteMs - 1);
    const outputs = applyAll(task, [gap, marker, closed(5)]);
    expect(outputs.map(({ value }) => decodeEvent(value ?? new Uint8Array()).type)).toEqual([
      'MinuteClosed',
      'PartitionMeasured',
      'MetricsClosed',
    ]);
    // The gap is not measured.
    expect(decodeAs('PartitionMeasured', outputs[1]?.value ?? new Uint8Array()).instruments).toEqual([]);
    const metrics = decodeAs('MetricsClosed', outputs[2]?.value ?? new Uint8Array());
    expect(metrics.windows.map((window) => window.minutes)).toEqual([1]);
  });

  test('a marker sums up what the market-wide numbers need of the partition', () => {
    const minutes = Array.from({ length: 60 }, (_, minute) => minute);
    const outputs = applyAll(createCalculatorTask(3), [...minutes.map(closed), marker(59)]);
    const part = outputs.at(-1);
    expect(part).toMatchObject({ topic: 'market.parts', partition: 0, key: '3', timestamp: begin + 60 * minuteMs - 1 });
    const { instruments, ...rest } = decodeAs('PartitionMeasured', part?.value ?? new Uint8Array());
    expect(rest).toEqual({ openTime: begin + 59 * minuteMs, partition: 3, missing: [] });
    const { close } = candleOf(59);
    const volume = minutes.reduce((sum, minute) => sum + candleOf(minute).volume, 0);
    const quoteVolume = minutes.reduce((sum, minute) => sum + candleOf(minute).quoteVolume, 0);
    expect(instruments).toHaveLength(1);
    expect(instruments[0]).toMatchObject({ instrument, price: close, change_1h: close - 100, change_1d: null });
    expect(instruments[0]?.vwap_1h).toBeCloseTo(quoteVolume / volume, 9);
  });

  test('after an absence, when the candles of all minutes come before their markers, the parts are those of a run without it', () => {
    const minutes = Array.from({ length: 200 }, (_, minute) => minute);
    const partsOf = (outputs: readonly NewRecord[]) => bytesOf(outputs.filter(({ topic }) => topic === 'market.parts'));
    const gap = recordOf(
      encodeEvent('KlineGap', { instrument, openTime: begin + 150 * minuteMs, reason: 'test' }),
      instrument,
      begin + 151 * minuteMs - 1,
    );
    const candleOrGap = (minute: number): LogRecord => (minute === 150 ? gap : closed(minute));
    const straight = minutes.flatMap((minute) => [candleOrGap(minute), marker(minute)]);
    const expected = partsOf(applyAll(createCalculatorTask(3), straight));
    expect(expected).toHaveLength(200);
    const late = [
      ...minutes.slice(0, 60).flatMap((minute) => [closed(minute), marker(minute)]),
      ...minutes.slice(60, 190).map(candleOrGap),
      ...minutes.slice(60, 185).map(marker),
      ...minutes.slice(190).map(closed),
      ...minutes.slice(185).map(marker),
    ];
    expect(partsOf(applyAll(createCalculatorTask(3), late))).toEqual(expected);
    // Taken over in the middle of it.
    const first = createCalculatorTask(3);
    const before = partsOf(applyAll(first, late.slice(0, 300)));
    const second = createCalculatorTask(3);
    for (const key of first.keys?.() ?? []) second.restore?.(key, first.snapshot?.(key) ?? new Uint8Array());
    expect([...before, ...partsOf(applyAll(second, late.slice(300)))]).toEqual(expected);
  });

  test('the candle in progress previews windows and leaves closed state as it was', () => {
    const task = createCalculatorTask(3);
    const twin = createCalculatorTask(3);
    applyAll(task, [0, 1, 2, 3].map(closed));
    applyAll(twin, [0, 1, 2, 3].map(closed));
    const { takerBuyVolume: _, source: __, ...candle } = candleOf(4);
    const live = encodeEvent('KlineLive', { ...candle, eventTime: candle.openTime + 5_000 });
    const outputs: NewRecord[] = [];
    task.applyLive?.(recordOf(live, instrument, candle.openTime + 5_000), (output) => void outputs.push(output));
    const metrics = decodeAs('MetricsLive', outputs[0]?.value ?? new Uint8Array());
    expect(metrics).toMatchObject({ price: candle.close, final: false });
    expect(metrics.windows.map((window) => window.minutes)).toEqual([1, 5]);
    expect(bytesOf(applyAll(task, [closed(4)]))).toEqual(bytesOf(applyAll(twin, [closed(4)])));
  });

  test('custom windows are carried, and after a change of the setting made from the candles that are there', () => {
    const minutes = Array.from({ length: 120 }, (_, minute) => closed(minute));
    const straight = applyAll(createCalculatorTask(3, 'open', [45, 7]), minutes);
    const windowsOf = (output: NewRecord | undefined): readonly number[] =>
      decodeAs('MetricsClosed', output?.value ?? new Uint8Array()).windows.map((window) => window.minutes);
    expect(windowsOf(straight.at(-1))).toEqual([1, 5, 7, 15, 30, 45, 60]);
    const before = createCalculatorTask(3, 'open', [120]);
    applyAll(before, minutes.slice(0, 100));
    const after = createCalculatorTask(3, 'open', [7, 45]);
    for (const key of before.keys?.() ?? []) after.restore?.(key, before.snapshot?.(key) ?? new Uint8Array());
    expect(bytesOf(applyAll(after, minutes.slice(100)))).toEqual(bytesOf(straight.slice(100)));
  });

  test('a snapshot at any point gives the same bytes as the straight run', () => {
    // Also between a candle and the marker of its minute.
    const records = Array.from({ length: 200 }, (_, minute) => [closed(minute), marker(minute)]).flat();
    const straight = bytesOf(applyAll(createCalculatorTask(3), records));
    for (const cut of [1, 2, 17, 60, 61, 399]) {
      const first = createCalculatorTask(3);
      const before = bytesOf(applyAll(first, records.slice(0, cut)));
      const second = createCalculatorTask(3);
      for (const key of first.keys?.() ?? []) second.restore?.(key, first.snapshot?.(key) ?? new Uint8Array());
      expect([...before, ...bytesOf(applyAll(second, records.slice(cut)))]).toEqual(straight);
    }
  });
});
