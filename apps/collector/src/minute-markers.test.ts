import { describe, expect, it } from 'vitest';
import { type Expected, MinuteMarkers, markersAtATimeMax } from './minute-markers.ts';

const minute = (number: number): number => number * 60_000;
const one = (instrument: string, next: number | undefined, partition = 0): Expected => ({
  instrument,
  partition,
  next: next === undefined ? undefined : minute(next),
});
const markersFrom = (first: number, startedAt = minute(first)): MinuteMarkers =>
  new MinuteMarkers({
    first: new Map([
      [0, minute(first)],
      [1, minute(first)],
    ]),
    startedAt,
    waitMs: 5_000,
    catchUpWaitMs: 60_000,
    graceMs: 100,
  });

describe('minute markers', () => {
  it('come as soon as every instrument of the partition is past the minute', () => {
    const markers = markersFrom(10);
    expect(markers.due([one('A', 10), one('B', 11), one('C', 10, 1)], minute(10) + 30_000, 0)).toEqual([]);
    expect(markers.due([one('A', 10), one('B', 11), one('C', 11, 1)], minute(11) + 50, 0)).toEqual([
      { partition: 1, openTime: minute(10), missing: [] },
    ]);
    expect(markers.due([one('A', 11), one('B', 11), one('C', 11, 1)], minute(11) + 80, 0)).toEqual([
      { partition: 0, openTime: minute(10), missing: [] },
    ]);
  });

  it('come into partitions without instruments, and do not wait for ones not primed yet', () => {
    const markers = markersFrom(10);
    expect(markers.due([one('A', undefined)], minute(11), 0)).toEqual([
      { partition: 0, openTime: minute(10), missing: [] },
      { partition: 1, openTime: minute(10), missing: [] },
    ]);
  });

  it('name who is missing when the wait is over by the clock of the exchange', () => {
    const markers = markersFrom(10);
    const expected = [one('A', 10), one('B', 11), one('C', 11, 1)];
    markers.due(expected, minute(11), 0);
    expect(markers.due(expected, minute(11) + 4_999, 1_000)).toEqual([]);
    expect(markers.due(expected, minute(11) + 5_000, 2_000)).toEqual([]);
    expect(markers.due(expected, minute(11) + 5_000, 2_100)).toEqual([
      { partition: 0, openTime: minute(10), missing: ['A'] },
    ]);
  });

  it('no longer wait for one that is missing again and again, but name it', () => {
    const markers = markersFrom(10);
    for (const number of [10, 11]) {
      const expected = [one('A', 10), one('B', number + 1), one('C', number + 1, 1)];
      markers.due(expected, minute(number + 1) + 5_000, number * 1_000);
      markers.due(expected, minute(number + 1) + 5_000, number * 1_000 + 100);
    }
    const due = markers.due([one('A', 10), one('B', 13), one('C', 13, 1)], minute(13), 20_000);
    expect(due).toContainEqual({ partition: 0, openTime: minute(12), missing: ['A'] });
    markers.due([one('A', 14), one('B', 14), one('C', 14, 1)], minute(14), 21_000);
    expect(markers.due([one('A', 14), one('B', 15), one('C', 15, 1)], minute(15), 22_000)).toEqual([
      { partition: 1, openTime: minute(14), missing: [] },
    ]);
  });

  it('go on after an absence without a hole, once what passed meanwhile is there', () => {
    const markers = markersFrom(10, minute(13) + 2_000);
    expect(markers.due([one('A', 10)], minute(13) + 20_000, 0).map(({ partition }) => partition)).toEqual([1, 1, 1]);
    expect(markers.due([one('A', 13)], minute(13) + 21_000, 0)).toEqual(
      [10, 11, 12].map((number) => ({ partition: 0, openTime: minute(number), missing: [] })),
    );
  });

  it('come a bounded number at a time, however late it is said to be', () => {
    const markers = markersFrom(10);
    const expected = [one('A', undefined), one('B', undefined, 1)];
    const first = markers.due(expected, minute(500_000), 0);
    expect(first).toHaveLength(2 * markersAtATimeMax);
    const again = markers.due(expected, minute(500_000), 0);
    expect(again[0]).toEqual({ partition: 0, openTime: minute(10 + markersAtATimeMax), missing: [] });
  });
});
