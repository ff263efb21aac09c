/** The alerter as a pure fold over one partition: metrics and rules in, alerts out. */
import { reasonOf } from '@screener/errors';
import { decodeEvent, encodeEvent, type MetricsClosed, type RuleSaved } from '@screener/events';
import type { LogRecord, Task, TaskContext } from '@screener/log';
import { type ChangeBasis, MINUTE_MS, metricReader } from '@screener/market';
import {
  alertId,
  type CompiledRule,
  compileRule,
  compileTrigger,
  decideTrigger,
  inputOfLookup,
  packTrigger,
  type RuleTrigger,
  type TriggerState,
  triggerInitial,
  unpackTrigger,
} from '@screener/rules';

export interface AlerterTaskOptions {
  readonly partition: number;
  readonly changeBasis: ChangeBasis;
  readonly notify: (text: string) => void;
}

/** 2: JSON object, rule id to its trigger state as a row of numbers. */
export const snapshotVersion = 2;

type EvaluatedRule = CompiledRule & { readonly trigger: RuleTrigger };

export function createAlerterTask({ partition, changeBasis, notify }: AlerterTaskOptions): Task {
  /** Newest version of each rule, in the order of their ids: alerts of one minute always come in the same order. */
  let rules: readonly EvaluatedRule[] = [];
  const versions = new Map<string, number>();
  /** By instrument, then by rule. */
  const triggers = new Map<string, Map<string, TriggerState>>();

  const ruleSaved = (saved: RuleSaved): void => {
    if (saved.version <= (versions.get(saved.rule) ?? 0)) return;
    versions.set(saved.rule, saved.version);
    const others = rules.filter(({ rule }) => rule.rule !== saved.rule);
    if (saved.enabled === false) {
      rules = others;
      return;
    }
    try {
      const evaluated = { ...compileRule(saved), trigger: compileTrigger(saved) };
      rules = [...others, evaluated].sort((one, other) => (one.rule.rule < other.rule.rule ? -1 : 1));
    } catch (cause) {
      // Checked when it was saved; if it is wrong all the same, only this rule rests and all others go on.
      rules = others;
      notify(`rule ${saved.rule} version ${saved.version} rests: ${reasonOf(cause)}`);
    }
  };

  const minuteMeasured = (metrics: MetricsClosed, record: LogRecord, context: TaskContext): void => {
    const lookup = metricReader(metrics, changeBasis);
    const input = inputOfLookup(lookup);
    const triggeredAt = metrics.openTime + MINUTE_MS;
    for (const compiled of rules) {
      const { rule } = compiled;
      const state = triggers.get(metrics.instrument)?.get(rule.rule) ?? triggerInitial;
      const decision = decideTrigger(compiled.trigger, state, {
        openTime: metrics.openTime,
        at: triggeredAt,
        closed: true,
        result: compiled.evaluate(input),
      });
      if (decision.state !== state) remember(metrics.instrument, rule.rule, decision.state);
      if (!decision.fires) continue;
      const { instrument, openTime, price } = metrics;
      const value = encodeEvent('AlertTriggered', {
        id: alertId({ instrument, rule: rule.rule, version: rule.version, openTime }),
        instrument,
        rule: rule.rule,
        ruleVersion: rule.version,
        title: rule.title,
        openTime,
        triggeredAt,
        timeframe: rule.timeframe,
        price,
        volume: lookup(`volume_${rule.timeframe}`) ?? null,
        changePct: lookup(`change_${rule.timeframe}`) ?? null,
        metrics: proofOf(compiled, lookup),
      });
      context.emit({ topic: 'alerts', partition, key: instrument, timestamp: record.timestamp, value });
    }
  };

  const remember = (instrument: string, rule: string, state: TriggerState): void => {
    let ofInstrument = triggers.get(instrument);
    if (ofInstrument === undefined) {
      ofInstrument = new Map();
      triggers.set(instrument, ofInstrument);
    }
    ofInstrument.set(rule, state);
  };

  return {
    apply(record, context) {
      if (record.value === null) return;
      const decoded = decodeEvent(record.value);
      // What was revised is no news: people were told, or not, by what was known then.
      if (decoded.type === 'MetricsClosed' && decoded.event.revised !== true) {
        minuteMeasured(decoded.event, record, context);
      }
    },
    applySide(record) {
      if (record.value === null) return;
      const decoded = decodeEvent(record.value);
      if (decoded.type === 'RuleSaved') ruleSaved(decoded.event);
    },
    keys: () => triggers.keys(),
    snapshot(key) {
      const rows = [...(triggers.get(key) ?? [])].map(([rule, state]) => [rule, packTrigger(state)] as const);
      return Buffer.from(JSON.stringify(Object.fromEntries(rows.sort(([one], [other]) => (one < other ? -1 : 1)))));
    },
    restore(key, bytes) {
      const rows = JSON.parse(Buffer.from(bytes).toString('utf8')) as Record<string, (number | null)[]>;
      triggers.set(key, new Map(Object.entries(rows).map(([rule, row]) => [rule, unpackTrigger(row)])));
    },
  };
}

/** Every number that the condition read: what made the alert fire, for whoever doubts it. */
function proofOf(compiled: CompiledRule, lookup: (name: string) => number | undefined): Record<string, number> {
  const proof: Record<string, number> = {};
  for (const name of compiled.names) {
    const value = lookup(name);
    if (value !== undefined) proof[name] = value;
  }
  return proof;
}
