/**
 * What a rule did on an instrument before the oldest input that the log still has: its alerts are kept for longer, and what is older
 * than these the newest snapshot remembers. Without it, a rule that fired once and for all would seem to fire again.
 */
import { ALERTER_GROUP, watchOfVersion } from '@screener/alerter';
import {
  type AlertsSummarised,
  type AlertTriggered,
  decodeAs,
  decodeEvent,
  type SnapshotTaken,
} from '@screener/events';
import type { Log, LogRecord } from '@screener/log';
import { MINUTE_MS } from '@screener/market';
import { type RuleDefinition, stateAfterAlert, type TriggerState, triggerOf } from '@screener/rules';

/** What is closer to the oldest input than this may have come of it, and then the replay finds it out itself. */
const SURELY_BEFORE_MS = 60 * MINUTE_MS;

interface Asked {
  readonly instrument: string;
  readonly rule: string;
  readonly partition: number;
}

/** undefined: there is nothing before, or nobody knows. */
export async function earlierTrigger(log: Log, asked: Asked): Promise<TriggerState | undefined> {
  const oldest = await oldestInput(log, asked.partition);
  if (oldest === undefined) return undefined;
  const told = await lastTold(log, asked, oldest.offset);
  if (told !== undefined) {
    const definition = await versionOf(log, asked.rule, told.version);
    return definition && stateAfterAlert(definition, told);
  }
  const remembered = await snapshotState(log, asked);
  if (remembered?.firedAt === undefined) return undefined;
  return remembered.firedAt < oldest.timestamp - SURELY_BEFORE_MS ? remembered : undefined;
}

/** undefined: nothing was removed yet. */
async function oldestInput(log: Log, partition: number): Promise<LogRecord | undefined> {
  const offsets = await log.offsets('metrics.closed');
  const { beginning = 0 } = offsets.find((each) => each.partition === partition) ?? {};
  if (beginning === 0) return undefined;
  const partitions = [partition];
  const reader = log.reader({ topic: 'metrics.closed', partitions, from: 'beginning', until: 'end' });
  try {
    for await (const [first] of reader) if (first !== undefined) return first;
  } finally {
    await reader.close();
  }
  return undefined;
}

interface Told {
  readonly version: number;
  readonly at: number;
  readonly openTime: number;
}

/** The newest alert that came of input before `offset`. */
async function lastTold(log: Log, asked: Asked, offset: number): Promise<Told | undefined> {
  const partitions = [asked.partition];
  let last: Told | undefined;
  for await (const batch of log.reader({ topic: 'alerts', partitions, from: 'beginning', until: 'end' })) {
    for (const { key, value, headers } of batch) {
      if (key !== asked.instrument || value === null) continue;
      const input = Number(headers?.input?.split('/').at(-1));
      if (!(input < offset)) continue;
      const { type, event } = decodeEvent(value);
      if (type === 'AlertTriggered') last = triggeredBy(asked.rule, event) ?? last;
      if (type === 'AlertsSummarised') last = summarisedBy(asked.rule, event) ?? last;
    }
  }
  return last;
}

const triggeredBy = (
  rule: string,
  { rule: of, ruleVersion, triggeredAt, openTime }: AlertTriggered,
): Told | undefined => (of === rule ? { version: ruleVersion, at: triggeredAt, openTime } : undefined);

function summarisedBy(rule: string, { alerts, summarisedAt, openTime }: AlertsSummarised): Told | undefined {
  const named = alerts.find((alert) => alert.rule === rule);
  return named && { version: named.ruleVersion, at: summarisedAt, openTime };
}

/** Of two saves with one version the first counts. */
async function versionOf(log: Log, rule: string, version: number): Promise<RuleDefinition | undefined> {
  let found: RuleDefinition | undefined;
  for await (const batch of log.reader({ topic: 'rules', from: 'beginning', until: 'end' })) {
    for (const { value } of batch) {
      if (value === null) continue;
      const saved = decodeAs('RuleSaved', value);
      if (saved.rule === rule && saved.version === version) found ??= saved;
    }
  }
  return found;
}

async function snapshotState(log: Log, { instrument, rule, partition }: Asked): Promise<TriggerState | undefined> {
  let newest: SnapshotTaken | undefined;
  const partitions = [partition];
  for await (const batch of log.reader({ topic: 'snapshots.alerter', partitions, from: 'beginning', until: 'end' })) {
    for (const { key, value } of batch) {
      if (value === null || !key?.startsWith(`${ALERTER_GROUP}/${partition}/${instrument}/`)) continue;
      const { type, event } = decodeEvent(value);
      if (type === 'SnapshotTaken' && event.offset >= (newest?.offset ?? 0)) newest = event;
    }
  }
  const watch = newest && watchOfVersion(newest.version, newest.state);
  return watch && triggerOf(watch, rule);
}
