/** What a rule did before the oldest input that is kept still counts when it is explained. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAlerterTask, snapshotVersion } from '@screener/alerter';
import { decodeEvent, encodeEvent, type MetricsClosed, type RuleSaved, type SnapshotTaken } from '@screener/events';
import { type Log, type LogRecord, type NewRecord, openLog, partitionOf } from '@screener/log';
import { readSettings } from '@screener/service';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readProjectTopology } from '../open-project-log.ts';
import { explainMoment } from './explain-moment.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
const instrument = 'test:usdm:AAA';
/** Metrics are kept for two days of the wall clock: some are older, some are not. */
const now = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 10 * MINUTE_MS;
const longAgo = now - 3 * DAY_MS;
const years = now - 400 * DAY_MS;

const ruleOf = (rule: string, change: Partial<RuleSaved> = {}): RuleSaved => ({
  ...{ rule, version: 1, owner: 'me', title: 'Mine', text: '', condition: 'price > 0.0', parameters: {} },
  ...{ timeframe: '5m', cooldownMs: 0, ...change },
});
const rules = [
  ruleOf('once', { frequency: 'once' }),
  ruleOf('slow', { cooldownMs: 7 * DAY_MS }),
  ruleOf('always'),
  ruleOf('yearsAgo', { frequency: 'once' }),
];

const metrics = (openTime: number): MetricsClosed => ({ instrument, openTime, price: 7, windows: [], indicators: [] });

let directory: string;
let log: Log;
let partition: number;

const minute = (openTime: number): NewRecord => ({
  ...{ topic: 'metrics.closed', partition, key: instrument, timestamp: openTime + MINUTE_MS - 1 },
  value: encodeEvent('MetricsClosed', metrics(openTime)),
});
const ruleRecord = (rule: RuleSaved): NewRecord => ({
  ...{ topic: 'rules', key: `${rule.rule}/1`, timestamp: years, value: encodeEvent('RuleSaved', rule) },
});

/** Alerts and the state of an alerter that was given one minute with these rules. */
function ranOn(openTime: number, ofRules: readonly RuleSaved[], input: string) {
  const alerts: NewRecord[] = [];
  const task = createAlerterTask({ partition, changeBasis: 'open', notify: () => {} });
  const place = { partition: 0, offset: 0, headers: {} };
  for (const rule of ofRules) task.applySide?.({ ...ruleRecord(rule), ...place } as LogRecord);
  task.apply({ ...minute(openTime), ...place } as LogRecord, {
    emit: (alert) => void alerts.push({ ...alert, headers: { input } }),
    fresh: () => true,
  });
  return { alerts, state: task.snapshot?.(instrument) ?? new Uint8Array() };
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'screener-earlier-'));
  log = await openLog({ directory });
  await log.ensureTopics(readProjectTopology());
  partition = partitionOf(instrument, 12);
  const writer = log.writer();
  await writer.append(rules.map(ruleRecord));
  await writer.append([minute(longAgo)]);
  await writer.append([minute(now), minute(now + MINUTE_MS)]);
  const atFirst = { rules: [rules.length], watchlists: [0], instruments: [0], 'market.closed': [0] };
  const mark = { group: 'alerter', partition, inputOffset: 1, openTime: now, sides: atFirst };
  const before = ranOn(longAgo, rules.slice(0, 3), `metrics.closed/${partition}/0`);
  expect(before.alerts).toHaveLength(3);
  const { state } = ranOn(years, rules.slice(3), '');
  const taken: SnapshotTaken = {
    ...{ group: 'alerter', partition, key: instrument, version: snapshotVersion, offset: 3, checksum: 0 },
    ...{ state: Buffer.from(state), began: 0 },
  };
  const ofAlerter = { topic: 'snapshots.alerter', partition, timestamp: now };
  await writer.append([
    ...before.alerts,
    { ...ofAlerter, key: `alerter/${partition}/sides/1`, value: encodeEvent('SideOffsetsTaken', mark) },
    { ...ofAlerter, key: `alerter/${partition}/${instrument}/0`, value: encodeEvent('SnapshotTaken', taken) },
  ]);
  await writer.close();
  const deadline = Date.now() + 30_000;
  while ((await log.offsets('metrics.closed'))[partition]?.beginning !== 1) {
    if (Date.now() > deadline) throw new Error('waited for the oldest minute to go');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}, 40_000);

afterAll(async () => {
  await log.close();
  rmSync(directory, { recursive: true });
});

const reasonAt = async (rule: string, openTime: number): Promise<string | undefined> => {
  const moments = await explainMoment(log, readSettings({}), { instrument, rule, openTime, partition, read: () => {} });
  return moments[0]?.explanation.reason;
};

test.each([
  ['once', /it fires once, and it did/],
  ['slow', /the cooldown runs for another 345600000 ms/],
  ['always', /nothing keeps the rule from firing/],
  // Its alert is older than the topic alerts keeps them: the snapshot knows.
  ['yearsAgo', /it fires once, and it did/],
])('%s: %s', async (rule, reason) => {
  expect(await reasonAt(rule, now)).toMatch(reason);
  expect(await reasonAt(rule, now + MINUTE_MS)).toMatch(rule === 'slow' ? /345540000 ms/ : reason);
});

test('whoever waits is told how much was read, and can end it', async () => {
  const batches: number[] = [];
  const asked = { instrument, rule: 'once', openTime: now, partition };
  await explainMoment(log, readSettings({}), { ...asked, read: (records) => void batches.push(records) });
  expect(batches.reduce((sum, records) => sum + records, 0)).toBe(2);
  const read = (): void => {
    throw new Error('enough');
  };
  await expect(explainMoment(log, readSettings({}), { ...asked, read })).rejects.toThrow('enough');
});

test('the alerts that it rests on are there', async () => {
  const told: string[] = [];
  for await (const batch of log.reader({ topic: 'alerts', from: 'beginning', until: 'end' })) {
    for (const { value } of batch) {
      const { type, event } = decodeEvent(value ?? new Uint8Array());
      if (type === 'AlertTriggered') told.push(event.rule);
    }
  }
  expect(told.sort()).toEqual(['always', 'once', 'slow']);
});
