import { expect, test } from 'vitest';
import { SpeedControl } from './speed-control.ts';

const limits = { least: 10, most: 200, mostInARush: 40 };

test('goes faster while nobody is busy, and never beyond what was asked for', () => {
  const control = new SpeedControl(limits);
  expect(control.speed).toBe(10);
  let before = 0;
  while (control.look(0.2, false)) {
    expect(control.speed).toBeGreaterThan(before);
    before = control.speed;
  }
  expect(control.speed).toBe(200);
});

test('goes slower while somebody is too busy, and stays where it fits', () => {
  const control = new SpeedControl(limits);
  while (control.look(0, false));
  expect(control.look(0.75, false)).toBe(false);
  expect(control.look(0.99, false)).toBe(true);
  expect(control.speed).toBe(120);
  while (control.look(1, false));
  expect(control.speed).toBe(10);
});

test('slows down at once for a rush and for a process that starts', () => {
  const control = new SpeedControl(limits);
  while (control.look(0, false));
  expect(control.look(0.1, true)).toBe(true);
  expect(control.speed).toBe(40);
  expect(control.look(0.1, true)).toBe(false);
  expect(control.slowDown()).toBe(true);
  expect(control.speed).toBe(10);
  while (control.look(0.1, true));
  expect(control.speed).toBeGreaterThan(30);
  expect(control.speed).toBeLessThanOrEqual(40);
});
