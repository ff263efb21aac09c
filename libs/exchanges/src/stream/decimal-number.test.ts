import { describe, expect, it } from 'vitest';
import { decimalNumber, isWhole } from './decimal-number.ts';

describe('a decimal', () => {
  it('is read as exactly as Number reads it', () => {
    let seed = 7;
    const random = (): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    for (let count = 0; count < 20_000; count++) {
      const digits = Array.from({ length: 1 + Math.floor(random() * 20) }, () => Math.floor(random() * 10)).join('');
      const point = Math.floor(random() * digits.length);
      const text = point === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
      expect(decimalNumber(text)).toBe(Number(text));
    }
  });

  it.each([
    '',
    '.',
    '1.',
    '.1',
    '-1',
    '+1',
    ' 1',
    '1 ',
    '1e3',
    'NaN',
    '1.2.3',
    '0x1',
    '1_0',
    '１',
    '9'.repeat(31),
    1,
    null,
  ])('is not %s', (text) => {
    expect(decimalNumber(text)).toBeNaN();
  });

  it('is not taken for a count unless it is one', () => {
    expect([0, 7, 2 ** 53 - 1].every(isWhole)).toBe(true);
    expect([-1, 0.5, 2 ** 53, Number.NaN, '1', null].some(isWhole)).toBe(false);
  });
});
