import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CopyValue, copyLine } from './copy-rows.ts';

const target = { table: 'notes', columns: ['text'] };
const lineOf = (value: CopyValue): string => copyLine(target, [value]);

describe('a line of COPY', () => {
  it.each([
    ['a\tb', 'a\\tb\n'],
    ['a\nb\r', 'a\\nb\\r\n'],
    ['\\N', '\\\\N\n'],
    ['\\.', '\\\\.\n'],
    ['', '\n'],
    ['币安人生USDT', '币安人生USDT\n'],
    [null, '\\N\n'],
    [1e-8, '1e-8\n'],
    [-0, '0\n'],
    [123_456_789.123, '123456789.123\n'],
    [9_007_199_254_740_993n, '9007199254740993\n'],
    [true, 'true\n'],
    [new Date(0), '1970-01-01T00:00:00.000Z\n'],
  ])('writes %s', (value, line) => {
    expect(lineOf(value)).toBe(line);
  });

  it.each([[Infinity], [-Infinity], [Number.NaN], [new Date(Number.NaN)], [new Date(8.64e15)], ['zero \0 character']])(
    'refuses %s',
    (value) => {
      expect(() => lineOf(value)).toThrow(expect.objectContaining({ code: 'ROW_INVALID' }));
    },
  );

  it('refuses a row that is too short', () => {
    expect(() => copyLine({ table: 'notes', columns: ['a', 'b'] }, ['a'])).toThrow(/length is 1; expected 2 values/);
  });

  it('never contains a separator that the text brought along', () => {
    const printable = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(printable, printable, (left, right) => {
        const line = copyLine({ table: 'notes', columns: ['a', 'b'] }, [left, right]);
        expect(line.slice(0, -1).split('\t')).toHaveLength(2);
        expect(line.slice(0, -1)).not.toMatch(/[\n\r]/);
      }),
    );
  });
});
