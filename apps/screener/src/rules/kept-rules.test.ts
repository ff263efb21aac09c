/** Saves of one version in the same moment: one of them counts, before and after compaction, and the other one is told. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RuleSaved } from '@screener/events';
import { type Log, openLog } from '@screener/log';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readProjectTopology } from '../open-project-log.ts';
import { appendRules, readRules } from './kept-rules.ts';

const rule: RuleSaved = {
  ...{ rule: 'mine', version: 1, owner: 'me', title: 'First', text: '', condition: 'price > 0.0', parameters: {} },
  ...{ timeframe: '5m', cooldownMs: 0 },
};
const other = { ...rule, rule: 'other' };

let directory: string;
let log: Log;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'screener-rules-'));
  log = await openLog({ directory });
  await log.ensureTopics(readProjectTopology());
});
afterEach(async () => {
  await log.close();
  rmSync(directory, { recursive: true });
});

const countsNow = async (id: string): Promise<unknown> => {
  const kept = (await readRules(log)).get(id)?.rule;
  return kept && [kept.version, kept.title];
};

test('the first counts, and whoever came second is told', async () => {
  await appendRules(log, [rule, other], { nowMs: 1, save: 'one' });
  const late = appendRules(log, [{ ...rule, title: 'Second' }], { nowMs: 2, save: 'two' });
  await expect(late).rejects.toThrow(
    'rule mine: somebody else saved version 1 in the same moment, and that one counts; expected the rule as rules show',
  );
  expect(await countsNow('mine')).toEqual([1, 'First']);
  await appendRules(log, [{ ...rule, version: 2, title: 'Third' }], { nowMs: 3, save: 'three' });
  expect(await countsNow('mine')).toEqual([2, 'Third']);
  expect(await countsNow('other')).toEqual([1, 'First']);
});

test('of the saves of a version none takes the place of another where only the newest of each key is kept', async () => {
  await appendRules(log, [rule], { nowMs: 1, save: 'one' });
  await appendRules(log, [{ ...rule, title: 'Second' }], { nowMs: 2, save: 'two' }).catch(() => {});
  const keys: (string | null)[] = [];
  for await (const batch of log.reader({ topic: 'rules', from: 'beginning', until: 'end' })) {
    for (const { key } of batch) keys.push(key);
  }
  expect(keys).toEqual(['mine/1/one', 'mine/1/two']);
});
