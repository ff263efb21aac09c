import { decodeAs } from '@screener/events';
import type { ExchangeProblem } from '@screener/exchanges';
import type { NewRecord } from '@screener/log';
import { createLogger } from '@screener/service';
import { describe, expect, it } from 'vitest';
import { InvalidFrames } from './invalid-frames.ts';

const bad: ExchangeProblem = { reason: 'absurd-numbers', text: 'high below low', sample: '{"k"', frame: '{"k":1}' };

function bed(writes = true) {
  const [records, lines, counted]: [NewRecord[], string[], string[]] = [[], [], []];
  let [time, kept, leftOut] = [1_000, 0, 0];
  const frames = new InvalidFrames({
    logger: createLogger({
      level: 'warn',
      name: 't',
      json: true,
      write: (line) => void lines.push(line),
      now: () => 0,
    }),
    now: () => time,
    counted: (reason) => void counted.push(reason),
    write(record) {
      if (writes) records.push(record);
      return writes;
    },
    kept(isKept) {
      if (isKept) kept++;
      else leftOut++;
    },
  });
  const add = (problem: ExchangeProblem, instrument?: string): void =>
    frames.add({ problem, source: 'binance:usdm', instrument });
  const pass = (ms: number): void => {
    time += ms;
  };
  return { add, pass, records, lines, counted, counts: () => ({ kept, leftOut }) };
}

describe('frames that nobody can have meant', () => {
  it('are kept as they came, with the reason', () => {
    const { add, records } = bed();
    add(bad, 'binance:usdm:AUSDT');
    const [record] = records;
    expect(record).toMatchObject({ topic: 'dead-letters', key: 'binance:usdm:AUSDT', timestamp: 1_000 });
    const letter = decodeAs('DeadLetter', record?.value ?? new Uint8Array());
    expect(letter).toMatchObject({
      ...{ group: 'collector', topic: 'binance:usdm', key: 'binance:usdm:AUSDT', reason: 'high below low' },
      headers: { reason: 'absurd-numbers' },
    });
    expect(Buffer.from(letter.value ?? []).toString()).toBe('{"k":1}');
  });

  it('are all counted, but kept once a minute by symbol and reason, and said five times of each reason', () => {
    const { add, records, lines, counted, counts, pass } = bed();
    for (let round = 0; round < 10; round++) add(bad, 'binance:usdm:AUSDT');
    add({ ...bad, reason: 'not-json' }, 'binance:usdm:AUSDT');
    add(bad, 'binance:usdm:BUSDT');
    add({ ...bad, reason: 'not-json' });
    expect(counted).toHaveLength(13);
    expect(records).toHaveLength(4);
    expect(lines).toHaveLength(5 + 2);
    expect(counts()).toEqual({ kept: 4, leftOut: 9 });
    pass(60_000);
    add(bad, 'binance:usdm:AUSDT');
    expect(records).toHaveLength(5);
    expect(lines[7]).toContain('6 more frames were refused in a minute');
    expect(lines).toHaveLength(9);
  });

  it('are kept sixty times a minute at most, however many symbols they are of', () => {
    const { add, records } = bed();
    for (let number = 0; number < 200; number++) add(bad, `binance:usdm:S${number}USDT`);
    expect(records).toHaveLength(60);
  });

  it('that are enormous are kept in part; what has no frame is only counted', () => {
    const { add, records, counts } = bed();
    add({ ...bad, frame: 'x'.repeat(100_000) });
    const letter = decodeAs('DeadLetter', records[0]?.value ?? new Uint8Array());
    expect(letter.value).toHaveLength(65_536);
    expect(letter.headers).toMatchObject({ bytes: '100000' });
    const { frame: _, ...connection } = bad;
    add({ ...connection, reason: 'connection' });
    expect(counts()).toEqual({ kept: 1, leftOut: 0 });
  });

  it('are counted as left out where this process may write nowhere', () => {
    const { add, counts } = bed(false);
    add(bad);
    expect(counts()).toEqual({ kept: 0, leftOut: 1 });
  });
});
