import { decodeAs, encodeEvent } from '@screener/events';
import type { Log } from '@screener/log';
import { missingPresets } from '@screener/rules';
import { ruleKey } from './rule-key.ts';

/** Writes the presets that the topic `rules` has never had, once. Edited and disabled ones stay as people left them. `save`: see `ruleKey`. */
export async function seedPresets(log: Log, nowMs: number, save: string): Promise<number> {
  const known = new Set<string>();
  for await (const batch of log.reader({ topic: 'rules', from: 'beginning', until: 'end' })) {
    for (const { value } of batch) if (value !== null) known.add(decodeAs('RuleSaved', value).rule);
  }
  const missing = missingPresets(known);
  if (missing.length === 0) return 0;
  const writer = log.writer();
  try {
    await writer.append(
      missing.map((preset) => ({
        topic: 'rules',
        key: ruleKey(preset.rule, preset.version, save),
        timestamp: nowMs,
        value: encodeEvent('RuleSaved', preset),
      })),
    );
  } finally {
    await writer.close();
  }
  return missing.length;
}
