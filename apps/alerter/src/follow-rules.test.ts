import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeEvent, type RuleSaved } from '@screener/events';
import { openLog, readTopology } from '@screener/log';
import { prepareRule } from '@screener/rules';
import { expect, test } from 'vitest';
import { followRules } from './follow-rules.ts';
import { ruleKey } from './rule-key.ts';

const topology = readTopology(join(import.meta.dirname, '../../../topology/topics.yaml'));

const rule: RuleSaved = {
  ...{ rule: 'mine', version: 1, owner: 'ann', title: 'Mine', text: '', condition: 'change_5m > 1', parameters: {} },
  ...{ timeframe: '5m', cooldownMs: 0, enabled: true },
};

test('what is saved is seen and compiled at once, before any minute opens', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'screener-rules-'));
  const log = await openLog({ directory });
  const prepared: string[] = [];
  try {
    await log.ensureTopics(topology);
    const rules = followRules(
      log,
      (definition) => {
        prepared.push(`${definition.rule}/${definition.version}`);
        return prepareRule(definition);
      },
      () => {},
    );
    const writer = log.writer();
    const save = (saved: RuleSaved): Promise<void> =>
      writer.append([
        {
          topic: 'rules',
          key: ruleKey(saved.rule, saved.version, 'test'),
          timestamp: 1,
          value: encodeEvent('RuleSaved', saved),
        },
      ]);
    await save(rule);
    await expect.poll(() => rules.figures()).toEqual({ ruleSaves: 1, rulesActive: 1, rulesResting: 0 });
    await save({ ...rule, version: 2, condition: 'change_5n > 1' });
    await expect.poll(() => rules.figures()).toEqual({ ruleSaves: 2, rulesActive: 0, rulesResting: 1 });
    await save({ ...rule, version: 3, enabled: false });
    await expect.poll(() => rules.figures()).toEqual({ ruleSaves: 3, rulesActive: 0, rulesResting: 0 });
    expect(prepared).toEqual(['mine/1', 'mine/2']);
    await rules.close();
    await writer.close();
  } finally {
    await log.close();
    rmSync(directory, { recursive: true });
  }
});
