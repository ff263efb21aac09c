import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DayClock } from './day-clock.ts';

const wallStart = Date.UTC(2026, 6, 26);
const simulatedStart = Date.UTC(2026, 6, 1);
beforeEach(() => {
  vi.useFakeTimers({ now: wallStart });
});
afterEach(() => {
  vi.useRealTimers();
});

const start = (): DayClock => new DayClock({ wallFrom: wallStart, simulatedFrom: simulatedStart, speed: 100 });
const passed = (clock: DayClock): number => clock.now() - simulatedStart;

test('runs at its speed, and at another one from a moment on that is told before', () => {
  const clock = start();
  vi.advanceTimersByTime(1_000);
  expect(passed(clock)).toBe(100_000);
  const stretch = clock.change(10);
  expect(clock.speed).toBe(100);
  vi.advanceTimersByTime(stretch.wallFrom - Date.now());
  expect(passed(clock)).toBe(103_000);
  expect(clock.speed).toBe(10);
  vi.advanceTimersByTime(1_000);
  expect(passed(clock)).toBe(113_000);
});

test('shows what its leader shows, also where it hears late of a change, and never goes back', () => {
  const leader = start();
  const follower = new DayClock(leader.stretch);
  const stretch = leader.change(1);
  vi.advanceTimersByTime(200);
  const before = follower.now();
  expect(before).toBeGreaterThan(leader.now());
  follower.follow(stretch);
  expect(follower.now()).toBe(before);
  vi.advanceTimersByTime(20_000);
  expect(follower.now()).toBe(leader.now());
  const joined = new DayClock(leader.stretch);
  expect(joined.now()).toBe(leader.now());
});

test('calls when simulated time is there, however fast it comes', () => {
  const clock = start();
  const calls: string[] = [];
  clock.timers.after(200_000, () => calls.push('slower'));
  clock.timers.after(60_000, () => calls.push('before'));
  clock.timers.after(70_000, () => calls.push('never'))();
  vi.advanceTimersByTime(1_000);
  expect(calls).toEqual(['before']);
  clock.change(10);
  vi.advanceTimersByTime(1_000);
  expect(calls).toEqual(['before']);
  clock.change(1_000);
  vi.advanceTimersByTime(200);
  expect(calls).toEqual(['before', 'slower']);
});
