import { expect, test } from 'vitest';
import { SpeedControl } from './speed-control.ts';

const limits = { least: 10, most: 200 };

test('goes faster while nobody is busy, and never beyond what was asked for', () => {
  const control = new SpeedControl(limits);
  expect(control.speed).toBe(10);
  let before = 0;
  while (control.look(0.2)) {
    expect(control.speed).toBeGreaterThan(before);
    before = control.speed;
  }
  expect(control.speed).toBe(200);
});

test('goes slower while somebody is too busy, and stays where it fits', () => {
  const control = new SpeedControl(limits);
  while (control.look(0));
  expect(control.look(0.75)).toBe(false);
  expect(control.look(0.99)).toBe(true);
  expect(control.speed).toBe(120);
  while (control.look(1));
  expect(control.speed).toBe(10);
});

test('slows down at once for a rush and for a process that starts', () => {
  const control = new SpeedControl(limits);
  while (control.look(0));
  expect(control.look(0.1, 40)).toBe(true);
  expect(control.speed).toBe(40);
  expect(control.look(0.1, 40)).toBe(false);
  expect(control.slowDown()).toBe(true);
  expect(control.speed).toBe(10);
  while (control.look(0.1, 40));
  expect(control.speed).toBeGreaterThan(30);
  expect(control.speed).toBeLessThanOrEqual(40);
});
