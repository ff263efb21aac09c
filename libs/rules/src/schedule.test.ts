import { describe, expect, it } from 'vitest';
import type { RuleSchedule } from './rule.ts';
import { scheduleReader } from './schedule.ts';
import { always } from './testing/rule-of.ts';

const mayFire = (change: Partial<RuleSchedule>, ...times: readonly string[]): boolean[] => {
  const reader = scheduleReader({ ...always, ...change });
  return times.map((time) => reader(Date.parse(time)));
};

describe('a schedule', () => {
  it('has hours: from inclusive, until exclusive', () => {
    const times = [
      '2026-01-05T08:59:59.999Z',
      '2026-01-05T09:00:00Z',
      '2026-01-05T17:29:59.999Z',
      '2026-01-05T17:30:00Z',
    ];
    expect(mayFire({ from: '09:00', until: '17:30' }, ...times)).toEqual([false, true, true, false]);
  });

  it('has days, and hours over midnight belong to the day on which they begin', () => {
    // 2026-01-05 is a Monday.
    const night = { days: ['mon'], from: '22:00', until: '06:00' };
    const times = [
      '2026-01-05T05:00Z',
      '2026-01-05T22:00Z',
      '2026-01-06T05:59Z',
      '2026-01-06T06:00Z',
      '2026-01-06T23:00Z',
    ];
    expect(mayFire(night, ...times)).toEqual([false, true, true, false, false]);
    expect(mayFire({ days: ['sun'] }, '2026-01-04T23:59Z', '2026-01-05T00:00Z')).toEqual([true, false]);
    expect(mayFire({ days: ['sun'], from: '23:00', until: '01:00' }, '2026-01-05T00:30Z')).toEqual([true]);
    expect(mayFire({ from: '09:00', until: '09:00' }, '2026-01-05T03:00Z')).toEqual([true]);
  });

  it('is in its time zone, summer and winter, and where hours begin at odd minutes', () => {
    const berlin = { timeZone: 'Europe/Berlin', from: '09:00', until: '10:00' };
    expect(mayFire(berlin, '2026-01-05T08:00Z', '2026-07-06T08:00Z', '2026-07-06T07:00Z')).toEqual([true, false, true]);
    // The night in which 02:00 becomes 03:00.
    const spring = { timeZone: 'Europe/Berlin', from: '02:00', until: '03:00' };
    expect(mayFire(spring, '2026-03-29T00:59Z', '2026-03-29T01:00Z', '2026-03-30T00:30Z')).toEqual([
      false,
      false,
      true,
    ]);
    const nepal = { timeZone: 'Asia/Kathmandu', from: '09:00', until: '09:01' };
    expect(mayFire(nepal, '2026-01-05T03:14Z', '2026-01-05T03:15Z', '2026-01-05T03:16Z')).toEqual([false, true, false]);
  });

  it('begins and expires', () => {
    const [startAt, expireAt] = [Date.parse('2026-01-05T00:00Z'), Date.parse('2026-01-06T00:00Z')];
    const times = ['2026-01-04T23:59:59.999Z', '2026-01-05T00:00Z', '2026-01-05T23:59:59.999Z', '2026-01-06T00:00Z'];
    expect(mayFire({ startAt, expireAt }, ...times)).toEqual([false, true, true, false]);
  });
});
