import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DayClock, grantedMs } from './day-clock.ts';

const wallStart = Date.UTC(2026, 6, 26);
const simulatedStart = Date.UTC(2026, 6, 1);
beforeEach(() => {
  vi.useFakeTimers({ now: wallStart });
});
afterEach(() => {
  vi.useRealTimers();
});

const first = { wallFrom: wallStart, wallTo: wallStart, simulatedFrom: simulatedStart, speed: 1 };
const passed = (clock: DayClock): number => clock.now() - simulatedStart;

/** A leader that grants all the time. */
function pass(wallMs: number, speed: number, leader: DayClock, ...followers: readonly DayClock[]): void {
  for (let left = wallMs; left > 0; left -= 10) {
    const stretch = leader.grant(speed);
    for (const follower of followers) follower.follow(stretch);
    vi.advanceTimersByTime(Math.min(10, left));
  }
}

test('runs at the speed that is granted', () => {
  const clock = new DayClock(first);
  pass(1_000, 100, clock);
  expect(passed(clock)).toBe(100_000);
  pass(1_000, 10, clock);
  expect(passed(clock)).toBe(110_000);
});

test('passes as on the wall where nothing is granted', () => {
  const clock = new DayClock(first);
  clock.grant(200);
  vi.advanceTimersByTime(grantedMs + 3_000);
  expect(passed(clock)).toBe(grantedMs * 200 + 3_000);
  pass(100, 200, clock);
  expect(passed(clock)).toBe((grantedMs + 100) * 200 + 3_000);
});

test('shows what its leader shows, also where it hears late of a slower one, and never goes back', () => {
  const leader = new DayClock(first);
  const follower = new DayClock(first);
  pass(100, 100, leader, follower);
  expect(follower.now()).toBe(leader.now());
  const slower = leader.grant(1);
  vi.advanceTimersByTime(20);
  const before = follower.now();
  expect(before).toBeGreaterThan(leader.now());
  follower.follow(slower);
  expect(follower.now()).toBe(before);
  pass(20_000, 1, leader, follower);
  expect(follower.now()).toBe(leader.now());
  expect(new DayClock(leader.stretch).now()).toBe(leader.now());
});

test('shortens no wait below what is given by the wall clock', () => {
  const clock = new DayClock(first);
  const calls: string[] = [];
  clock.timersOf(250).after(10_000, () => calls.push(`patient ${passed(clock) >= 50_000}`));
  clock.timers.after(10_000, () => calls.push('other'));
  pass(100, 200, clock);
  expect(calls).toEqual(['other']);
  pass(200, 200, clock);
  expect(calls).toEqual(['other', 'patient true']);
  clock.timersOf(250).after(10_000, () => calls.push('slow'));
  pass(900, 10, clock);
  expect(calls).toHaveLength(2);
  pass(200, 10, clock);
  expect(calls.at(-1)).toBe('slow');
});

test('calls when simulated time is there, however fast it comes', () => {
  const clock = new DayClock(first);
  const calls: string[] = [];
  clock.timers.after(200_000, () => calls.push('last'));
  clock.timers.after(60_000, () => calls.push('first'));
  clock.timers.after(70_000, () => calls.push('never'))();
  pass(590, 100, clock);
  expect(calls).toEqual([]);
  pass(30, 100, clock);
  expect(calls).toEqual(['first']);
  pass(2_000, 10, clock);
  expect(calls).toEqual(['first']);
  pass(200, 1_000, clock);
  expect(calls).toEqual(['first', 'last']);
});
