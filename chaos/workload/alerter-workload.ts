/** The real alerter: what a calculator would have written comes from a seed, and rules are edited all the time. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type AlerterTask, alerterApp, alerterDefinition, ruleKey } from '@screener/alerter';
import { decodeEvent, encodeEvent, type RuleSaved } from '@screener/events';
import { type Log, readTopology, type Task } from '@screener/log';
import type { ViolationList } from '../violations.ts';
import { fingerprintOf } from './market-stream.ts';
import { createMetricsStream } from './metrics-stream.ts';
import type { SideChanges, TaskState, Victim, Workload } from './workload.ts';

const topicsFile = join(import.meta.dirname, '../../topology/topics.yaml');
const minuteMs = 60_000;
const minutesPerSecondOf = (instruments: number): number => Math.min(4, 400 / instruments);

/** Of every way to fire: what is edited keeps its cooldown, so that nobody may ever hear of it sooner. */
const rules: readonly Pick<RuleSaved, 'condition' | 'cooldownMs' | 'mode' | 'forMinutes' | 'frequency'>[] = [
  { condition: 'change_5m > params.least', cooldownMs: 3 * minuteMs },
  { condition: 'change_5m < -params.least && market.instruments > 1.0', cooldownMs: 5 * minuteMs },
  { condition: 'candles.last(3).all(c, c.close > c.open)', cooldownMs: 0 },
  { condition: 'change_5m > 0.1 * params.least', cooldownMs: 2 * minuteMs, forMinutes: 3 },
  { condition: 'change_1m > 0.5 * params.least', cooldownMs: minuteMs, mode: 'live' },
  { condition: 'previous.price < price', cooldownMs: 0, frequency: 'once_per_bar' },
];
const idOf = (rule: number): string => `chaos_${rule}`;

const sideChanges: SideChanges = {
  rules: rules.length,
  recordOf({ rule, version, factor }) {
    const definition: RuleSaved = {
      ...{ rule: idOf(rule), version, owner: 'chaos', title: 'Chaos', text: '', timeframe: '5m', enabled: true },
      ...{ condition: 'price > 0', cooldownMs: 0, ...rules[rule], parameters: { least: factor } },
    };
    const value = encodeEvent('RuleSaved', definition);
    return { topic: 'rules', key: ruleKey(definition.rule, version, 'chaos'), timestamp: version, value };
  },
};

export const alerter: Victim = { app: alerterApp, stateOf };

export function alerterWorkload(instruments: number): Workload {
  // Everything is compared in the end, and the stream's time is not ours.
  const topology = readTopology(topicsFile).map((topic) => ({ ...topic, retentionMs: undefined }));
  const definition = alerterDefinition({ changeBasis: 'open', notify: () => undefined });
  const { input, live = [], sides = [], snapshots } = definition;
  const used = new Set([input, ...live, ...sides, snapshots, 'alerts', 'dead-letters']);
  const partitions = topology.find(({ name }) => name === input)?.partitions ?? 0;
  const numbers = new Map<string, number>();
  return {
    ...alerter,
    topology: topology.filter(({ name }) => used.has(name)),
    stages: [{ definition, partitions, outputs: ['alerts'] }],
    minutesPerSecond: minutesPerSecondOf(instruments),
    sideChanges,
    stream: (seed) => createMetricsStream({ seed, instruments, partitions }, numbers),
    // Markers, and the samples that alerters put in between, are no entries.
    numberOf: (record) => {
      if (record.key === null) return undefined;
      const known = numbers.get(fingerprintOf(record));
      if (known !== undefined || record.value === null) return known;
      return decodeEvent(record.value).type === 'MetricsSampled' ? undefined : -1;
    },
    judge,
  };
}

function stateOf(task: Task): TaskState {
  if (!isAlerterTask(task)) throw new TypeError('a task of another workload');
  const keys = [...(task.keys?.() ?? [])].sort();
  const digest = (key: string): string =>
    createHash('sha256')
      .update(task.snapshot?.(key) ?? '')
      .digest('base64');
  const versions = new Map(task.engine.ruleStates().map(({ definition }) => [definition.rule, definition.version]));
  return {
    keys: Object.fromEntries(keys.map((key) => [key, digest(key)])),
    rules: rules.map((_, rule) => versions.get(idOf(rule)) ?? 0),
  };
}

const isAlerterTask = (task: Task): task is AlerterTask => 'engine' in task;

/** No alert twice, and none inside the cooldown of its rule, whatever was edited and whoever was killed. */
async function judge(log: Log, violations: ViolationList): Promise<void> {
  const ids = new Set<string>();
  const newest = new Map<string, number>();
  for await (const batch of log.reader({ topic: 'alerts', from: 'beginning', until: 'end' })) {
    for (const { value } of batch) {
      const decoded = value === null ? undefined : decodeEvent(value);
      if (decoded?.type !== 'AlertTriggered') continue;
      const { id, instrument, rule, triggeredAt } = decoded.event;
      if (ids.has(id)) violations.add('doubled', `alert ${id} of ${rule} on ${instrument}`);
      ids.add(id);
      const number = rules.findIndex((_, index) => idOf(index) === rule);
      const cooldownMs = rules[number]?.cooldownMs ?? 0;
      const key = `${instrument} ${rule}`;
      const since = triggeredAt - (newest.get(key) ?? Number.NEGATIVE_INFINITY);
      if (since < Math.max(1, cooldownMs)) {
        violations.add(
          'foreign',
          `${rule} fired on ${instrument} ${since} ms after the alert before, cooldown ${cooldownMs} ms`,
        );
      }
      newest.set(key, triggeredAt);
    }
  }
  if (ids.size === 0) violations.add('lost', 'no alert was fired at all');
}
