/** The commands on a log, run as the command line runs them, on a small embedded log of the test's own. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { type DeadLetter, decodeEvent, encodeEvent, type KlineClosed, schemaTexts } from '@screener/events';
import { type Log, type NewRecord, openLog, partitionOf } from '@screener/log';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { retryHeader } from '../dead-letters.ts';
import { readProjectTopology } from '../open-project-log.ts';
import { runCommand } from '../run-command.ts';

const MINUTE_MS = 60_000;
const START = Date.UTC(2026, 0, 5);
const KEYS = ['test:usdm:AAA', 'test:usdm:BBB'] as const;

let home: string;
let log: Log;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'screener-log-commands-'));
  log = await openLog({ directory: join(home, 'demo') });
  await log.ensureTopics(readProjectTopology());
});

afterEach(async () => {
  await log.close();
  rmSync(home, { recursive: true });
});

class Collected extends Writable {
  readonly chunks: Buffer[] = [];
  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }
  get text(): string {
    return Buffer.concat(this.chunks).toString();
  }
}

async function screener(...args: readonly string[]) {
  const stdout = new Collected();
  const stderr = new Collected();
  const environment = { SCREENER_HOME: home };
  const code = await runCommand(args, { stdout, stderr, environment, signal: new AbortController().signal });
  const lines = stdout.text.split('\n').filter((line) => line !== '');
  return { code, lines, error: stderr.text, bytes: Buffer.concat(stdout.chunks) };
}

/** The fields of any answer that these tests compute with; others are compared. */
interface Row {
  readonly topic: string;
  readonly key: string;
  readonly type: string;
  readonly timestamp: string;
  readonly event: { readonly openTime: number };
  readonly lag: number;
  readonly ageMs: number;
  readonly undecodable: string;
  readonly partitions: readonly object[];
}
const parsed = (lines: readonly string[]): Row[] => lines.map((line) => JSON.parse(line) as Row);

const candle = (instrument: string, minute: number): KlineClosed => ({
  ...{ instrument, openTime: START + minute * MINUTE_MS, source: 'stream' },
  ...{ open: 10, high: 12.5, low: 9, close: 11, volume: 2, quoteVolume: 22, trades: 3 },
  ...{ takerBuyVolume: 1, takerBuyQuoteVolume: 11 },
});

const candleRecord = (instrument: string, minute: number): NewRecord => ({
  topic: 'klines.closed',
  key: instrument,
  timestamp: START + minute * MINUTE_MS + 59_999,
  value: encodeEvent('KlineClosed', candle(instrument, minute)),
});

async function writeMinutes(count: number): Promise<void> {
  const minutes = Array.from({ length: count }, (_, minute) => minute);
  const records = minutes.flatMap((minute) => [
    ...KEYS.map((key) => candleRecord(key, minute)),
    {
      ...{ topic: 'klines.closed', key: null, partition: 0, timestamp: START + minute * MINUTE_MS + 59_999 },
      value: encodeEvent('MinuteClosed', { openTime: START + minute * MINUTE_MS, missing: [] }),
    },
  ]);
  await log.writer().append(records);
}

const time = (minute: number): string => new Date(START + minute * MINUTE_MS).toISOString();

describe('screener replay', () => {
  it('prints everything in order per partition, beside the process that writes', async () => {
    await writeMinutes(30);
    const { code, lines } = await screener('replay', 'klines.closed');
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
    await writeMinutes(30);
    const whole = (await screener('replay', 'klines.closed')).lines;
    for (const cut of [time(12), '@7']) {
      const before = await screener('replay', 'klines.closed', '--to', cut);
      const after = await screener('replay', 'klines.closed', '--from', cut);
      expect(before.lines.length).toBeGreaterThan(0);
      expect(after.lines.length).toBeGreaterThan(0);
      expect([...before.lines, ...after.lines].sort()).toEqual([...whole].sort());
    }
    const middle = await screener('replay', 'klines.closed', '--from', time(5), '--to', time(8), '--symbol', 'AAA');
    expect(parsed(middle.lines).map(({ event }) => event.openTime)).toEqual(
      [5, 6, 7].map((minute) => START + minute * MINUTE_MS),
    );
  });

  it('filters by key, symbol, kind and partition, and stops after so many', async () => {
    await writeMinutes(10);
    const count = async (...args: string[]) => (await screener('replay', 'klines.closed', ...args)).lines.length;
    expect(await count('--key', KEYS[1])).toBe(10);
    expect(await count('--symbol', 'BBB')).toBe(10);
    expect(await count('--symbol', 'BB')).toBe(0);
    expect(await count('--event', 'MinuteClosed')).toBe(10);
    expect(await count('--symbol', 'AAA', '--limit', '4')).toBe(4);
    const inZero = 10 + 10 * KEYS.filter((key) => partitionOf(key, 12) === 0).length;
    expect(await count('--partition', '0')).toBe(inZero);
  });

  it('follows until --to is reached in every partition that is asked for', async () => {
    await writeMinutes(2);
    const partition = String(partitionOf(KEYS[0], 12));
    const slice = ['--symbol', 'AAA', '--partition', partition, '--to', time(4), '--follow'];
    const following = screener('replay', 'klines.closed', ...slice);
    for (let minute = 2; minute < 6; minute++) await log.writer().append([candleRecord(KEYS[0], minute)]);
    expect((await following).lines).toHaveLength(4);
  });

  it('writes CSV that screener metrics reads', async () => {
    await writeMinutes(5);
    const file = join(home, 'candles.csv.gz');
    const args = ['--format', 'csv', '--event', 'KlineClosed', '--symbol', 'AAA', '--output', file];
    const { code, error } = await screener('replay', 'klines.closed', ...args);
    expect(code).toBe(0);
    expect(error).toMatch(/^5 events, .* to .*candles\.csv\.gz in /);
    const [head, first] = gunzipSync(readFileSync(file)).toString().split('\n');
    expect(head).toMatch(/^partition,offset,timestamp_ms,key,instrument,open_time_ms,open,high,low,close,volume,/);
    expect(first).toContain(`,${KEYS[0]},${KEYS[0]},${START},10,12.5,9,11,2,22,3,1,11,stream`);
    const metrics = await screener('metrics', '--candles', file);
    expect(parsed(metrics.lines).at(-1)).toMatchObject({ close_5m: 11, volume_5m: 110 });
  });

  it('writes Avro container files', async () => {
    await writeMinutes(400);
    const args = ['--format', 'avro', '--event', 'KlineClosed', '--symbol', 'BBB'];
    const { bytes } = await screener('replay', 'klines.closed', ...args);
    const { schema, bodies } = readContainer(bytes);
    expect(JSON.parse(schema)).toEqual(JSON.parse(schemaTexts.KlineClosed));
    expect(bodies).toHaveLength(400);
    const header = encodeEvent('KlineClosed', candle(KEYS[1], 0)).subarray(0, 5);
    expect(decodeEvent(Buffer.concat([header, bodies[399] ?? Buffer.alloc(0)])).event).toEqual(candle(KEYS[1], 399));
  });

  it('shows what cannot be read, and counts it where a format has no place for it', async () => {
    await log
      .writer()
      .append([{ ...candleRecord(KEYS[0], 0), value: Buffer.from('garbage') }, candleRecord(KEYS[0], 1)]);
    const [bad, good] = parsed((await screener('replay', 'klines.closed')).lines);
    expect(bad).toMatchObject({ key: KEYS[0], bytes: Buffer.from('garbage').toString('base64') });
    expect(bad?.undecodable).toMatch(/magic byte/);
    expect(good?.type).toBe('KlineClosed');
    const csv = await screener('replay', 'klines.closed', '--format', 'csv', '--event', 'KlineClosed');
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
    [['klines.closed', '--format', 'csv'], /several: choose one with --event KlineClosed or KlineGap or MinuteClosed/],
  ])('refuses %j with one line', async (args, message) => {
    const { code, error, lines } = await screener('replay', ...args);
    expect(code).toBe(2);
    expect(error).toMatch(message);
    expect(error.trimEnd()).not.toContain('\n');
    expect(lines).toEqual([]);
  });

  it('says that a file cannot be written', async () => {
    const { code, error } = await screener('replay', 'alerts', '--output', join(home, 'none', 'x.jsonl'));
    expect(code).toBe(1);
    expect(error).toMatch(/cannot write .*x\.jsonl: ENOENT/);
  });
});

describe('screener lag', () => {
  it('counts what a group has not read, and tells the age of the oldest', async () => {
    await writeMinutes(3);
    const { lines } = await screener('lag', '--group', 'calculator', '--json');
    const rows = parsed(lines);
    expect(rows).toHaveLength(12);
    expect(rows.reduce((sum, { lag }) => sum + lag, 0)).toBe(9);
    const behind = rows.filter(({ lag }) => lag > 0);
    for (const row of behind) {
      expect(row).toMatchObject({ group: 'calculator', committed: null, oldestUnread: '2026-01-05T00:00:59.999Z' });
      expect(row.ageMs).toBeGreaterThan(0);
    }
  });

  it('shows a table per group, those that are behind first', async () => {
    await writeMinutes(3);
    const { code, lines } = await screener('lag');
    expect(code).toBe(0);
    const heads = lines.filter((line) => /^\S/.test(line));
    expect(heads.map((line) => line.split(/\s+/)[0])).toEqual(['calculator', 'sink.klines', 'alerter', 'sink.alerts']);
    expect(lines).toHaveLength(4 * 14);
  });

  it('takes any group with --topic, and knows its own', async () => {
    expect((await screener('lag', '--group', 'mine')).error).toMatch(/--group is 'mine': expected one of calculator,/);
    expect((await screener('lag', '--group', 'mine', '--topic', 'alerts', '--json')).lines).toHaveLength(12);
    expect((await screener('lag', '--group', 'mine', '--topic', 'nix')).error).toMatch(/no topic 'nix'/);
  });
});

describe('screener topics', () => {
  it('says what it will create before it does, and nothing the second time', async () => {
    await log.close();
    rmSync(join(home, 'demo'), { recursive: true });
    expect((await screener('topics', 'diff')).error).toMatch(/there is no log in /);
    const first = await screener('topics', 'apply', '--demo');
    expect(first.code).toBe(0);
    const { length } = readProjectTopology();
    expect(first.lines).toHaveLength(length + 1);
    expect(first.lines).toContain('will create alerts: 12 partitions, kept: 30 d');
    expect(first.lines.at(-1)).toBe(`created ${length} topics`);
    for (const command of ['apply', 'diff']) {
      const { code, lines } = await screener('topics', command);
      expect([code, ...lines]).toEqual([0, 'all topics are as topology/topics.yaml says']);
    }
    log = await openLog({ directory: join(home, 'demo') });
  });

  it('creates through the process that writes, and refuses another partition count before it creates anything', async () => {
    await log.close();
    rmSync(join(home, 'demo'), { recursive: true });
    log = await openLog({ directory: join(home, 'demo') });
    const [first, ...others] = readProjectTopology();
    if (first === undefined) throw new Error('an empty topology');
    await log.ensureTopics(others.slice(2));
    const created = await screener('topics', 'apply', '--json');
    expect(parsed(created.lines)).toMatchObject([{ action: 'create' }, { action: 'create' }, { action: 'create' }]);
    expect((await log.describeTopics()).map(({ name }) => name)).toContain(first.name);

    await log.close();
    rmSync(join(home, 'demo'), { recursive: true });
    log = await openLog({ directory: join(home, 'demo') });
    await log.ensureTopics([{ ...first, partitions: 3, retentionMs: MINUTE_MS }]);
    const refused = await screener('topics', 'apply');
    expect(refused.code).toBe(1);
    expect(refused.error).toMatch(/has 3 partitions, the topology says 12: .* see docs\/architecture\.md/);
    expect(refused.lines).toContain(`will not change ${first.name}: kept 1 min, the topology says 30 d`);
    expect(await log.describeTopics()).toHaveLength(1);
    expect((await screener('topics', 'diff')).code).toBe(1);
  });

  it('describes all of them, and one partition by partition', async () => {
    await writeMinutes(4);
    const all = parsed((await screener('topics', 'describe', '--json')).lines);
    expect(all.map(({ topic }) => topic)).toEqual(readProjectTopology().map(({ name }) => name));
    expect(all.find(({ topic }) => topic === 'klines.closed')).toMatchObject({ records: 12, exact: true });
    const [one] = parsed((await screener('topics', 'describe', 'klines.closed', '--json')).lines);
    expect(one).toMatchObject({ topic: 'klines.closed', retentionMs: 30 * 86_400_000, compact: false, differs: [] });
    expect(one?.partitions[partitionOf(KEYS[0], 12)]).toMatchObject({
      oldest: '2026-01-05T00:00:59.999Z',
      newest: '2026-01-05T00:03:59.999Z',
    });
    const text = await screener('topics', 'describe', 'klines.closed');
    expect(text.lines.filter((line) => line.includes('2026-01-05 00:03:59'))).not.toHaveLength(0);
    expect((await screener('topics', 'describe', 'klines')).error).toMatch(
      /did you mean klines\.closed, klines\.live\?/,
    );
  });
});

describe('screener dead-letters', () => {
  const original = candleRecord(KEYS[0], 7);
  const letter: DeadLetter = {
    ...{ group: 'calculator', topic: 'klines.closed', partition: partitionOf(KEYS[0], 12), offset: 41 },
    ...{ timestamp: original.timestamp, key: original.key, value: Buffer.from(original.value ?? []) },
    ...{ headers: { trace: 'abc' }, reason: 'it was too much', stack: 'Error: it was too much\n    at somewhere' },
  };
  const id = `klines.closed/${letter.partition}/41@calculator`;
  const write = (...letters: readonly DeadLetter[]): Promise<void> =>
    log.writer().append(
      letters.map((each) => ({
        ...{ topic: 'dead-letters', key: each.key ?? null, timestamp: each.timestamp },
        value: encodeEvent('DeadLetter', each),
      })),
    );

  it('lists, the newest last', async () => {
    expect((await screener('dead-letters', 'list')).lines).toEqual(['no dead letters']);
    await write({ ...letter, timestamp: START, offset: 40, group: 'alerter' }, letter);
    const [, older, newer] = (await screener('dead-letters', 'list')).lines;
    expect(older).toMatch(/2026-01-05 00:00:00 {2}klines\.closed\/\d+\/40@alerter/);
    expect(newer).toContain(`${id}  ${KEYS[0]}`);
    expect(newer).toContain('it was too much');
    const only = await screener('dead-letters', 'list', '--group', 'alerter', '--json');
    expect(parsed(only.lines)).toMatchObject([{ offset: 40, reason: 'it was too much' }]);
    expect((await screener('dead-letters', 'list', '--limit', '1')).lines.at(-1)).toMatch(/^1 older ones/);
  });

  it('shows one with its bytes, what they say, and the stack', async () => {
    await write(letter);
    const { lines } = await screener('dead-letters', 'show', id);
    expect(lines[0]).toBe(id);
    expect(lines.join('\n')).toMatch(/value: \d+ bytes, a KlineClosed: \{"instrument":"test:usdm:AAA"/);
    expect(lines).toContain('    at somewhere');
    const unknown = await screener('dead-letters', 'show', 'klines.closed/0/1@nobody');
    expect(unknown.code).toBe(1);
    expect(unknown.error).toMatch(/no dead letter 'klines\.closed\/0\/1@nobody'/);
  });

  it('appends one again as it was, through the process that writes', async () => {
    await write(letter);
    const { code, lines } = await screener('dead-letters', 'retry', id);
    expect(code).toBe(0);
    expect(lines[0]).toMatch(
      /^appended \d+ bytes with key test:usdm:AAA to klines\.closed partition \d+, which now ends at 1$/,
    );
    const [record] = await firstBatch('klines.closed');
    expect(record).toMatchObject({ key: original.key, timestamp: original.timestamp, partition: letter.partition });
    expect(Buffer.from(record?.value ?? [])).toEqual(letter.value);
    expect(record?.headers).toEqual({ trace: 'abc', [retryHeader]: id });
  });

  const firstBatch = async (topic: string) => {
    for await (const batch of log.reader({ topic, from: 'beginning', until: 'end' })) return batch;
    return [];
  };
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
