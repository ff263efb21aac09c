import { describe, expect, it } from 'vitest';
import { seededRandom } from '../fixtures/test-candles.ts';
import { ByteReader, ByteWriter } from './byte-codec.ts';
import { readBlocks, readColumn, writeBlocks, writeColumn } from './column-codec.ts';

function bytesOf(values: readonly number[]): Uint8Array {
  const writer = new ByteWriter();
  writeColumn(writer, Float64Array.from(values));
  return writer.finish();
}

function through(values: readonly number[]): Float64Array {
  const found = new Float64Array(values.length);
  const reader = new ByteReader(bytesOf(values));
  readColumn(reader, found);
  expect(reader.left).toBe(0);
  return found;
}

describe('columns of doubles', () => {
  it.each([
    ['nothing', []],
    ['whole numbers', [0, 5, 4, 1e9, 3]],
    ['prices', [97_123.45, 97_123.4, 97_120]],
    ['tiny prices', [0.00001234, 0.00001235]],
    ['any doubles', [Math.PI, 1 / 3, 1e-300, Number.MAX_VALUE]],
    ['numbers of both signs that are large', [-(2 ** 49) - 1, 2 ** 49 + 1, -(2 ** 49) - 3]],
    ['numbers beyond what is written as whole', [-(2 ** 52) + 1, 2 ** 52 - 1, 2 ** 53, -(2 ** 50)]],
    ['volumes', [12_345.678, 0, 999_999.999, 7, 81_234.5]],
    ['volumes of many digits', [35_184_372_088_831, 1, 17_592_186_044_416]],
    ['a silent hour', [0, 0, 0, 0, 0, 0, 0, 0, 0]],
    ['zeros of both signs', [0, -0, 5, -0, 0]],
    ['negative zeros alone', [-0, -0]],
    ['what is no number', [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
  ])('are read as they were written: %s', (_, values) => {
    expect([...through(values)]).toEqual(values);
  });

  it('whatever their digits and signs', () => {
    const random = seededRandom(7);
    for (let times = 0; times < 3_000; times++) {
      const power = 10 ** Math.floor(random() * 17);
      const size = 10 ** Math.floor(random() * 18);
      const values = Array.from({ length: 6 }, () => Math.round((random() - 0.5) * size) / power + 0);
      expect([...through(values)].map((value) => value + 0)).toEqual(values.map((value) => value + 0));
    }
  });

  it('decimals take few bytes', () => {
    const prices = Array.from({ length: 60 }, (_, index) => (9_712_345 + ((index * 7) % 13)) / 100);
    expect(bytesOf(prices).length).toBeLessThan(50);
  });

  it('what differs wildly takes no more bits than the largest', () => {
    const random = seededRandom(9);
    const volumes = Array.from({ length: 60 }, () => Math.floor(random() * 2 ** 36) / 10_000);
    expect([...through(volumes)]).toEqual(volumes);
    expect(bytesOf(volumes).length).toBeLessThanOrEqual(2 + (60 * 36) / 8);
  });

  it('of several kinds are written in blocks', () => {
    const values = Float64Array.from({ length: 37 }, (_, index) => (index % 9 < 4 ? index / 8 : Math.sqrt(index)));
    const writer = new ByteWriter();
    writeBlocks(writer, values);
    const found = new Float64Array(values.length);
    readBlocks(new ByteReader(writer.finish()), found);
    expect(found).toEqual(values);
  });

  it('that end too early are refused', () => {
    const bytes = bytesOf([1, 2, 3]);
    expect(() => readColumn(new ByteReader(bytes.slice(0, -1)), new Float64Array(3))).toThrow(RangeError);
    expect(() => new ByteReader(bytes).bytes(100)).toThrow('100 bytes, where 3 are left');
    expect(() => readColumn(new ByteReader(Uint8Array.of(77, 0)), new Float64Array(1))).toThrow('a column of kind 77');
  });
});
