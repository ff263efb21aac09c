/** Live alerts on a real log: exactly once over a restart, settled by the close, and the same in a replay of what was recorded. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AnyEvent, decodeEvent, encodeEvent, type RuleSaved } from '@screener/events';
import { type Log, type Member, type NewRecord, openLog, partitionOf, readTopology } from '@screener/log';
import { MINUTE_MS, type Window } from '@screener/market';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { alerterDefinition } from './alerter-definition.ts';
import { createAlerterTask } from './alerter-task.ts';
import { replayRecorded } from './replay-recorded.ts';
import { ruleKey } from './rule-key.ts';

const topology = readTopology(join(import.meta.dirname, '../../../topology/topics.yaml'));
const partitions = topology.find(({ name }) => name === 'metrics.closed')?.partitions ?? 0;
const instrument = 'binance:usdm:BTCUSDT';
const partition = partitionOf(instrument, partitions);
const begin = Date.UTC(2026, 0, 5);

let directory: string;
let log: Log;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'screener-alerter-'));
  log = await openLog({ directory });
  await log.ensureTopics(topology);
});
afterEach(async () => {
  await log.close();
  rmSync(directory, { recursive: true });
});

const level: RuleSaved = {
  ...{ rule: 'level', version: 1, owner: 'ann', title: 'Level', text: '', condition: 'true', parameters: {} },
  ...{ timeframe: '1m', cooldownMs: 0, enabled: true, mode: 'live' },
  priceLevel: { level: 103, direction: 'up' },
};

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function append(...records: NewRecord[]): Promise<void> {
  const writer = log.writer();
  await writer.append(records);
  await writer.close();
}

const windowOf = (price: number, high: number): Window => ({
  ...{ minutes: 1, open: 100, oldestClose: 100, high, low: Math.min(100, price), close: price },
  ...{ volume: 1, quoteVolume: 100, trades: 1, takerBuyQuoteVolume: 50 },
});

const closed = (minute: number, price: number, high: number): NewRecord => {
  const openTime = begin + minute * MINUTE_MS;
  const windows = [windowOf(price, high)];
  const value = encodeEvent('MetricsClosed', { instrument, openTime, price, windows, indicators: [] });
  return { topic: 'metrics.closed', partition, key: instrument, timestamp: openTime + MINUTE_MS - 1, value };
};

const inProgress = (minute: number, atMs: number, price: number, high: number): NewRecord => {
  const openTime = begin + minute * MINUTE_MS;
  const eventTime = openTime + atMs;
  const windows = [windowOf(price, high)];
  const value = encodeEvent('MetricsLive', { instrument, openTime, eventTime, price, windows, final: false });
  return { topic: 'metrics.live', partition, key: instrument, timestamp: eventTime, value };
};

async function start(): Promise<Member> {
  const member = await log.processor(alerterDefinition({ changeBasis: 'open', notify: () => {} }));
  await until('the partitions', () => member.partitions().length === partitions);
  return member;
}

async function eventsOf(topic: string): Promise<readonly AnyEvent[]> {
  const events: AnyEvent[] = [];
  for await (const batch of log.reader({ topic, from: 'beginning', until: 'end' })) {
    for (const { value } of batch) if (value !== null) events.push(decodeEvent(value));
  }
  return events;
}
const caughtUp = async (): Promise<boolean> =>
  (await log.lag('alerter', 'metrics.closed')).every(({ end, lag }) => end === 0 || lag === 0);

test('fire once, over a restart, and are settled by the close', { timeout: 60_000 }, async () => {
  const value = encodeEvent('RuleSaved', level);
  await append({ topic: 'rules', key: ruleKey(level.rule, level.version, 'test'), timestamp: begin, value });
  await append(closed(0, 100, 100));
  let member = await start();
  await until('the first minute', caughtUp);

  // Live topics are read from their end: prices come as an exchange sends them, until one is seen.
  let atMs = 0;
  await until('the alert', async () => {
    atMs += 100;
    await append(inProgress(1, atMs, 101, 103.5));
    return (await eventsOf('alerts')).length > 0;
  });
  await member.close();
  member = await start();
  // The range of the minute still has the touch: whoever takes over must not tell it again.
  for (let count = 0; count < 20; count += 1) await append(inProgress(1, atMs + 100 + count, 101, 103.5));
  await append(closed(1, 101, 103.5), closed(2, 102, 102.5), closed(3, 103, 104));
  await until('the close', caughtUp);
  await member.close();

  const told = await eventsOf('alerts');
  expect(told.map(({ type }) => type)).toEqual(['AlertTriggered', 'AlertAmended', 'AlertTriggered']);
  expect(told[0]?.event).toMatchObject({ provisional: true, openTime: begin + MINUTE_MS, rule: 'level' });
  expect(told[1]?.event).toMatchObject({ provisional: false });
  expect(told[2]?.event).toMatchObject({ provisional: false, openTime: begin + 3 * MINUTE_MS });
  // At most one more than fired: what was on its way when the owner changed.
  const samples = (await eventsOf('metrics.closed')).filter(({ type }) => type === 'MetricsSampled');
  expect(samples.length).toBeGreaterThan(0);
  expect(samples.length).toBeLessThan(5);

  const again: AnyEvent[] = [];
  await replayRecorded(log, {
    partition,
    task: createAlerterTask({ partition, changeBasis: 'open', notify: () => {} }),
    emit: (output) => void (output.value && again.push(decodeEvent(output.value))),
  });
  expect(again).toEqual(told);
});
