/** What operators ask of a log: lag, topics, dead letters. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type DeadLetter, encodeEvent } from '@screener/events';
import { openLog, partitionOf } from '@screener/log';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { retryHeader } from '../dead-letters.ts';
import { readProjectTopology } from '../open-project-log.ts';
import {
  type CommandBed,
  candleRecord,
  KEYS,
  MINUTE_MS,
  openCommandBed,
  parsed,
  START,
  writeMinutes,
} from '../testing/command-bed.ts';

let bed: CommandBed;
beforeEach(async () => {
  bed = await openCommandBed({}, { kept: 'as shipped' });
});
afterEach(() => bed.close());

describe('screener lag', () => {
  it('counts what a group has not read, and tells the age of the oldest', async () => {
    await writeMinutes(bed.log, 3);
    const { lines } = await bed.screener('lag', '--group', 'calculator', '--json');
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
    await writeMinutes(bed.log, 3);
    const { code, lines } = await bed.screener('lag');
    expect(code).toBe(0);
    const heads = lines.filter((line) => /^\S/.test(line));
    expect(heads.map((line) => line.split(/\s+/)[0])).toEqual([
      ...['calculator', 'sink.klines'],
      ...['market', 'alerter', 'sink.history', 'sink.alerts'],
    ]);
    // Twelve partitions, a heading and an empty line each; one partition of market.parts.
    expect(lines).toHaveLength(5 * 14 + 3);
  });

  it('takes any group with --topic, and knows its own', async () => {
    expect((await bed.screener('lag', '--group', 'mine')).error).toMatch(
      /--group is 'mine': expected one of calculator,/,
    );
    expect((await bed.screener('lag', '--group', 'mine', '--topic', 'alerts', '--json')).lines).toHaveLength(12);
    expect((await bed.screener('lag', '--group', 'mine', '--topic', 'nix')).error).toMatch(/no topic 'nix'/);
  });
});

describe('screener topics', () => {
  it('says what it will create before it does, and nothing the second time', async () => {
    await bed.log.close();
    rmSync(join(bed.home, 'demo'), { recursive: true });
    expect((await bed.screener('topics', 'diff')).error).toMatch(/there is no log in /);
    const first = await bed.screener('topics', 'apply', '--demo');
    expect(first.code).toBe(0);
    const { length } = readProjectTopology();
    expect(first.lines).toHaveLength(length + 1);
    expect(first.lines).toContain('will create alerts: 12 partitions, kept: 30 d');
    expect(first.lines.at(-1)).toBe(`created ${length} topics`);
    for (const command of ['apply', 'diff']) {
      const { code, lines } = await bed.screener('topics', command);
      expect([code, ...lines]).toEqual([0, 'all topics are as topology/topics.yaml says']);
    }
    bed.log = await openLog({ directory: join(bed.home, 'demo') });
  });

  it('creates through the process that writes, and refuses another partition count before it creates anything', async () => {
    await bed.empty();
    const [first, ...others] = readProjectTopology();
    if (first === undefined) throw new Error('an empty topology');
    await bed.log.ensureTopics(others.slice(2));
    const created = await bed.screener('topics', 'apply', '--json');
    expect(parsed(created.lines)).toMatchObject([{ action: 'create' }, { action: 'create' }, { action: 'create' }]);
    expect((await bed.log.describeTopics()).map(({ name }) => name)).toContain(first.name);

    await bed.empty();
    await bed.log.ensureTopics([{ ...first, partitions: 3, retentionMs: MINUTE_MS }]);
    const refused = await bed.screener('topics', 'apply');
    expect(refused.code).toBe(1);
    expect(refused.error).toMatch(/has 3 partitions, the topology says 12: .* see docs\/architecture\.md/);
    expect(refused.lines).toContain(`will change ${first.name}: kept 1 min, the topology says 30 d`);
    expect(await bed.log.describeTopics()).toHaveLength(1);
    expect((await bed.screener('topics', 'diff')).code).toBe(1);
  });

  it('changes how long topics are kept: longer at once, shorter only where that is said', async () => {
    await bed.empty();
    const topology = readProjectTopology();
    const days = (count: number): number => count * 86_400_000;
    const found = { alerts: 1, instruments: 60 } as const;
    await bed.log.ensureTopics(
      topology.map((spec) => {
        if (spec.name === 'instruments') return { ...spec, compactionLagMs: days(found.instruments) };
        if (spec.name === 'alerts') return { ...spec, retentionMs: days(found.alerts) };
        return spec.name === 'klines.closed' ? { ...spec, retentionMs: undefined } : spec;
      }),
    );
    const kept = async (name: string) => (await bed.log.describeTopics()).find((topic) => topic.name === name);
    const first = await bed.screener('topics', 'apply');
    expect(first.code).toBe(1);
    expect(first.lines).toHaveLength(4);
    expect(first.lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^will not change klines.closed: kept for ever, .* 30 d; .* see --lower-retention$/),
        'will change alerts: kept 1 d, the topology says 30 d',
        expect.stringMatching(/^will not change instruments: safe from compaction for 60 d, .* see --lower-retention$/),
      ]),
    );
    expect(first.lines.at(-1)).toBe('changed 1 topic');
    expect((await kept('alerts'))?.retentionMs).toBe(days(30));
    expect((await kept('klines.closed'))?.retentionMs).toBeUndefined();
    const second = await bed.screener('topics', 'apply', '--lower-retention');
    expect([second.code, second.lines.at(-1)]).toEqual([0, 'changed 2 topics']);
    expect((await kept('klines.closed'))?.retentionMs).toBe(days(30));
    expect((await bed.screener('topics', 'diff')).code).toBe(0);
  });

  it('lets go of what is kept for a group that is gone, and of nothing else', async () => {
    await writeMinutes(bed.log, 3);
    const task = () => ({ apply: () => {}, keys: () => ['a'], snapshot: () => new Uint8Array(1) });
    const run = (group: string) =>
      bed.log.processor({ group, input: 'klines.closed', snapshots: 'snapshots.calculator', snapshotVersion: 1, task });
    const nothing = await bed.screener('topics', 'release', '--group', 'mine');
    expect([nothing.code, nothing.error]).toEqual([2, expect.stringContaining('it is kept for no group')]);
    const members = await Promise.all([run('mine'), run('other')]);
    const keptFor = async () => [...new Set((await bed.log.keptInput()).map(({ group }) => group))];
    // What they need is known at their next start at the latest.
    await expect.poll(keptFor).toEqual(['mine', 'other']);
    const running = await bed.screener('topics', 'release', '--group', 'mine');
    expect([running.code, running.error]).toEqual([1, expect.stringContaining('group mine has a running member')]);
    for (const member of members) await member.close();
    expect((await bed.screener('topics', 'release', '--group', 'nobody')).error).toContain(
      'expected one of mine, other',
    );
    const { code, lines } = await bed.screener('topics', 'release', '--group', 'mine');
    expect([code, lines]).toEqual([
      0,
      [
        expect.stringMatching(
          /^klines\.closed is not kept for mine any more \(.* from 2026-01-05 .* on\); still kept for other$/,
        ),
      ],
    ]);
    expect(await keptFor()).toEqual(['other']);
    const last = await bed.screener('topics', 'release', '--group', 'other', '--json');
    expect(parsed(last.lines)).toMatchObject([{ topic: 'klines.closed', stillKeptFor: [] }]);
  });

  it('describes all of them, and one partition by partition', async () => {
    await writeMinutes(bed.log, 4);
    const all = parsed((await bed.screener('topics', 'describe', '--json')).lines);
    expect(all.map(({ topic }) => topic)).toEqual(readProjectTopology().map(({ name }) => name));
    expect(all.find(({ topic }) => topic === 'klines.closed')).toMatchObject({ records: 12, exact: true });
    const [one] = parsed((await bed.screener('topics', 'describe', 'klines.closed', '--json')).lines);
    expect(one).toMatchObject({ topic: 'klines.closed', retentionMs: 30 * 86_400_000, compact: false, differs: [] });
    expect(one?.partitions[partitionOf(KEYS[0], 12)]).toMatchObject({
      oldest: '2026-01-05T00:00:59.999Z',
      newest: '2026-01-05T00:03:59.999Z',
    });
    const text = await bed.screener('topics', 'describe', 'klines.closed');
    expect(text.lines.filter((line) => line.includes('2026-01-05 00:03:59'))).not.toHaveLength(0);
    expect((await bed.screener('topics', 'describe', 'klines')).error).toMatch(
      /did you mean klines\.closed, klines\.live, klines\.history\?/,
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
    bed.log.writer().append(
      letters.map((each) => ({
        ...{ topic: 'dead-letters', key: each.key ?? null, timestamp: each.timestamp },
        value: encodeEvent('DeadLetter', each),
      })),
    );

  it('lists, the newest last', async () => {
    expect((await bed.screener('dead-letters', 'list')).lines).toEqual(['no dead letters']);
    await write({ ...letter, timestamp: START, offset: 40, group: 'alerter' }, letter);
    const [, older, newer] = (await bed.screener('dead-letters', 'list')).lines;
    expect(older).toMatch(/2026-01-05 00:00:00 {2}klines\.closed\/\d+\/40@alerter/);
    expect(newer).toContain(`${id}  ${KEYS[0]}`);
    expect(newer).toContain('it was too much');
    const only = await bed.screener('dead-letters', 'list', '--group', 'alerter', '--json');
    expect(parsed(only.lines)).toMatchObject([{ offset: 40, reason: 'it was too much' }]);
    expect((await bed.screener('dead-letters', 'list', '--limit', '1')).lines.at(-1)).toMatch(/^1 older ones/);
  });

  it('shows one with its bytes, what they say, and the stack', async () => {
    await write(letter);
    const { lines } = await bed.screener('dead-letters', 'show', id);
    expect(lines[0]).toBe(id);
    expect(lines.join('\n')).toMatch(/value: \d+ bytes, a KlineClosed: \{"instrument":"test:usdm:AAA"/);
    expect(lines).toContain('    at somewhere');
    const unknown = await bed.screener('dead-letters', 'show', 'klines.closed/0/1@nobody');
    expect(unknown.code).toBe(1);
    expect(unknown.error).toMatch(/no dead letter 'klines\.closed\/0\/1@nobody'/);
  });

  it('appends one again as it was, through the process that writes', async () => {
    await write(letter);
    const { code, lines } = await bed.screener('dead-letters', 'retry', id);
    expect(code).toBe(0);
    expect(lines[0]).toMatch(
      /^appended \d+ bytes with key test:usdm:AAA to klines\.closed partition \d+, which now ends at 1$/,
    );
    const [record] = await firstBatch('klines.closed');
    expect(record).toMatchObject({ key: original.key, timestamp: original.timestamp, partition: letter.partition });
    expect(Buffer.from(record?.value ?? [])).toEqual(letter.value);
    expect(record?.headers).toEqual({ trace: 'abc', [retryHeader]: id });
  });

  it('appends no frame of an exchange, which was in no topic', async () => {
    await write({ ...letter, group: 'collector', topic: 'binance:usdm', partition: 0, value: Buffer.from('<html>') });
    const { code, error } = await bed.screener('dead-letters', 'retry', 'binance:usdm/0/41@collector');
    expect(code).toBe(1);
    expect(error).toMatch(/^screener: dead letter .* is a frame of binance:usdm that was in no topic/);
  });

  const firstBatch = async (topic: string) => {
    for await (const batch of bed.log.reader({ topic, from: 'beginning', until: 'end' })) return batch;
    return [];
  };
});
