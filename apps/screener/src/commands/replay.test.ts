/** `screener replay`: slices, filters, formats, and what it says of wrong calls. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { decodeEvent, encodeEvent, schemaTexts } from '@screener/events';
import { partitionOf } from '@screener/log';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type CommandBed,
  candle,
  candleRecord,
  KEYS,
  MINUTE_MS,
  openCommandBed,
  parsed,
  START,
  time,
  writeMinutes,
} from '../testing/command-bed.ts';

let bed: CommandBed;
beforeEach(async () => {
  bed = await openCommandBed();
});
afterEach(() => bed.close());

describe('screener replay', () => {
  it('prints everything in order per partition, beside the process that writes', async () => {
    await writeMinutes(bed.log, 30);
    const { code, lines } = await bed.screener('replay', 'klines.closed');
    expect(code).toBe(0);
    const rows = parsed(lines);
    expect(rows).toHaveLength(90);
    const first = rows.find(({ key }) => key === KEYS[0]);
    expect(first).toMatchObject({ topic: 'klines.closed', type: 'KlineClosed', event: candle(KEYS[0], 0) });
    expect(first?.timestamp).toBe('2026-01-05T00:00:59.999Z');
    for (const key of KEYS) {
      const times = rows.filter((row) => row.key === key).map(({ event }) => event.openTime);
      expect(times).toEqual(Array.from({ length: 30 }, (_, minute) => START + minute * MINUTE_MS));
    }
  });

  it('takes slices that add up, by time and by offset', async () => {
    await writeMinutes(bed.log, 30);
    const whole = (await bed.screener('replay', 'klines.closed')).lines;
    for (const cut of [time(12), '@7']) {
      const before = await bed.screener('replay', 'klines.closed', '--to', cut);
      const after = await bed.screener('replay', 'klines.closed', '--from', cut);
      expect(before.lines.length).toBeGreaterThan(0);
      expect(after.lines.length).toBeGreaterThan(0);
      expect([...before.lines, ...after.lines].sort()).toEqual([...whole].sort());
    }
    const middle = await bed.screener('replay', 'klines.closed', '--from', time(5), '--to', time(8), '--symbol', 'AAA');
    expect(parsed(middle.lines).map(({ event }) => event.openTime)).toEqual(
      [5, 6, 7].map((minute) => START + minute * MINUTE_MS),
    );
  });

  it('finds events of a time behind newer ones of other keys', async () => {
    for (const key of KEYS) {
      const minutes = Array.from({ length: 20 }, (_, minute) => ({ ...candleRecord(key, minute), partition: 3 }));
      await bed.log.writer().append(minutes);
    }
    const { lines } = await bed.screener('replay', 'klines.closed', '--from', time(5), '--to', time(8));
    expect(parsed(lines).map(({ key, event }) => [key, event.openTime])).toEqual(
      KEYS.flatMap((key) => [5, 6, 7].map((minute) => [key, START + minute * MINUTE_MS])),
    );
  });

  it('filters by key, symbol, kind and partition, and stops after so many', async () => {
    await writeMinutes(bed.log, 10);
    const count = async (...args: string[]) => (await bed.screener('replay', 'klines.closed', ...args)).lines.length;
    expect(await count('--key', KEYS[1])).toBe(10);
    expect(await count('--symbol', 'BBB')).toBe(10);
    expect(await count('--symbol', 'BB')).toBe(0);
    expect(await count('--event', 'MinuteClosed')).toBe(10);
    expect(await count('--symbol', 'AAA', '--limit', '4')).toBe(4);
    const inZero = 10 + 10 * KEYS.filter((key) => partitionOf(key, 12) === 0).length;
    expect(await count('--partition', '0')).toBe(inZero);
  });

  it('follows until --to is reached in every partition that is asked for', async () => {
    await writeMinutes(bed.log, 2);
    const partition = String(partitionOf(KEYS[0], 12));
    const slice = ['--symbol', 'AAA', '--partition', partition, '--to', time(4), '--follow'];
    let ended = false;
    const following = bed.screener('replay', 'klines.closed', ...slice).finally(() => {
      ended = true;
    });
    for (let minute = 2; !ended; minute++) {
      await bed.log.writer().append([candleRecord(KEYS[0], minute)]);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(parsed((await following).lines).map(({ event }) => event.openTime)).toEqual(
      [0, 1, 2, 3].map((minute) => START + minute * MINUTE_MS),
    );
  });

  it('writes CSV that screener metrics reads', async () => {
    await writeMinutes(bed.log, 5);
    const file = join(bed.home, 'candles.csv.gz');
    const args = ['--format', 'csv', '--event', 'KlineClosed', '--symbol', 'AAA', '--output', file];
    const { code, error } = await bed.screener('replay', 'klines.closed', ...args);
    expect(code).toBe(0);
    expect(error).toMatch(/^5 events, .* to .*candles\.csv\.gz in /);
    const [head, first] = gunzipSync(readFileSync(file)).toString().split('\n');
    expect(head).toMatch(/^partition,offset,timestamp_ms,key,instrument,open_time_ms,open,high,low,close,volume,/);
    expect(first).toContain(`,${KEYS[0]},${KEYS[0]},${START},10,12.5,9,11,2,22,3,1,11,stream`);
    const metrics = await bed.screener('metrics', '--candles', file);
    expect(parsed(metrics.lines).at(-1)).toMatchObject({ close_5m: 11, volume_5m: 110 });
  });

  it('writes Avro container files', async () => {
    await writeMinutes(bed.log, 400);
    const args = ['--format', 'avro', '--event', 'KlineClosed', '--symbol', 'BBB'];
    const { bytes } = await bed.screener('replay', 'klines.closed', ...args);
    const { schema, bodies } = readContainer(bytes);
    expect(JSON.parse(schema)).toEqual(JSON.parse(schemaTexts.KlineClosed));
    expect(bodies).toHaveLength(400);
    const header = encodeEvent('KlineClosed', candle(KEYS[1], 0)).subarray(0, 5);
    expect(decodeEvent(Buffer.concat([header, bodies[399] ?? Buffer.alloc(0)])).event).toEqual(candle(KEYS[1], 399));
  });

  it('shows what cannot be read, and counts it where a format has no place for it', async () => {
    await bed.log
      .writer()
      .append([{ ...candleRecord(KEYS[0], 0), value: Buffer.from('garbage') }, candleRecord(KEYS[0], 1)]);
    const [bad, good] = parsed((await bed.screener('replay', 'klines.closed')).lines);
    expect(bad).toMatchObject({ key: KEYS[0], bytes: Buffer.from('garbage').toString('base64') });
    expect(bad?.undecodable).toMatch(/magic byte/);
    expect(good?.type).toBe('KlineClosed');
    const csv = await bed.screener('replay', 'klines.closed', '--format', 'csv', '--event', 'KlineClosed');
    expect(csv.lines).toHaveLength(2);
    expect(csv.error).toMatch(/^1 record is no event/);
  });

  it.each([
    [['klines.closd'], /no topic 'klines.closd': did you mean klines.closed\?/],
    [[], /screener replay needs <topic>/],
    [['alerts', 'more'], /does not know what to do with 'more'/],
    [['alerts', '--from', 'yesterday'], /--from is 'yesterday'/],
    [['alerts', '--from', '2026-02-31'], /--from is '2026-02-31'/],
    [['alerts', '--to', 'beginning'], /--to is 'beginning'/],
    [['alerts', '--partition', '12'], /--partition is '12': expected a partition of alerts: 0 to 11/],
    [['alerts', '--limit', '0'], /--limit is '0': expected a whole number from 1/],
    [['alerts', '--limit'], /--limit is '': expected a whole number from 1, for example --limit 100/],
    [['alerts', '--format', 'xml'], /--format is 'xml': expected one of jsonl, csv, avro/],
    [['alerts', '--event', 'KlineClosed'], /--event is 'KlineClosed': expected one of AlertTriggered/],
    [
      ['klines.closed', '--format', 'csv'],
      /several: choose one with --event KlineClosed or KlineCorrected or .*MinuteClosed/,
    ],
  ])('refuses %j with one line', async (args, message) => {
    const { code, error, lines } = await bed.screener('replay', ...args);
    expect(code).toBe(2);
    expect(error).toMatch(message);
    expect(error.trimEnd()).not.toContain('\n');
    expect(lines).toEqual([]);
  });

  it('says that a file cannot be written', async () => {
    const { code, error } = await bed.screener('replay', 'alerts', '--output', join(bed.home, 'none', 'x.jsonl'));
    expect(code).toBe(1);
    expect(error).toMatch(/cannot write .*x\.jsonl: ENOENT/);
  });
});

/** As any Avro library reads it: head with schema and codec, then blocks that end with the mark of the head. */
function readContainer(bytes: Buffer): { schema: string; bodies: Buffer[] } {
  let at = 4;
  const long = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
  };
  const sized = (): string => {
    const length = long();
    at += length;
    return bytes.toString('utf8', at - length, at);
  };
  expect(bytes.toString('latin1', 0, 4)).toBe('Obj\u0001');
  expect(long()).toBe(2);
  const head = new Map([
    [sized(), sized()],
    [sized(), sized()],
  ]);
  expect(long()).toBe(0);
  expect(head.get('avro.codec')).toBe('null');
  const mark = bytes.subarray(at, at + 16);
  at += 16;
  const bodies: Buffer[] = [];
  while (at < bytes.length) {
    const count = long();
    const end = long() + at;
    const length = (end - at) / count;
    for (; at < end; at += length) bodies.push(bytes.subarray(at, at + length));
    expect(bytes.subarray(at, at + 16)).toEqual(mark);
    at += 16;
  }
  return { schema: head.get('avro.schema') ?? '', bodies };
}
