/** The alerter as a pure fold over one partition: metrics, samples and rules in, alerts out. What fires is the engine's business. */
import { decodeAs, decodeEvent, encodeEvent, type RuleSaved } from '@screener/events';
import type { LogRecord, NewRecord, Task } from '@screener/log';
import { type ChangeBasis, MINUTE_MS } from '@screener/market';
import { type EngineEvent, type PrepareRule, RuleEngine, type RuleEngineOptions } from '@screener/rules';
import { alertRecord } from './alert-record.ts';
import { failedRule } from './failed-rule.ts';
import { ruleKey } from './rule-key.ts';
import { sampledEvent, sampleOfEvent } from './sampled-event.ts';
import { readWatch, writeWatch } from './watch-snapshot.ts';

export interface AlerterTaskOptions extends Pick<RuleEngineOptions, 'alertsPerMinuteMax' | 'names' | 'witness'> {
  readonly partition: number;
  readonly changeBasis: ChangeBasis;
  readonly prepare?: PrepareRule;
  readonly notify: (text: string) => void;
}

export interface AlerterTask extends Task {
  readonly engine: RuleEngine;
}

export function createAlerterTask({ partition, notify, ...options }: AlerterTaskOptions): AlerterTask {
  const engine = new RuleEngine(options);

  const ruleSaved = (rule: RuleSaved): void => {
    const state = engine.saveRule(rule);
    if (state?.status !== 'unusable') return;
    notify(`rule ${rule.rule} version ${rule.version} rests: ${state.reason}`);
  };

  const write = (event: EngineEvent, emit: (output: NewRecord) => void): void => {
    if (event.type !== 'RuleFailed') {
      emit(alertRecord(event, partition));
      return;
    }
    const { rule, instrument, openTime, reason } = event.event;
    notify(`rule ${rule.rule} version ${rule.version} failed on ${instrument} and is disabled: ${reason}`);
    // Every task that meets the failure writes the same version; of several the first counts.
    const value = encodeEvent('RuleSaved', failedRule(rule, reason));
    const key = ruleKey(rule.rule, rule.version + 1, `alerter-${partition}`);
    emit({ topic: 'rules', key, timestamp: openTime + MINUTE_MS - 1, value });
  };

  return {
    engine,
    apply({ value }: LogRecord, { emit }) {
      if (value === null) return;
      const decoded = decodeEvent(value);
      switch (decoded.type) {
        case 'MetricsClosed': {
          const { event } = decoded;
          for (const told of event.revised ? engine.revised(event) : engine.closed(event)) write(told, emit);
          break;
        }
        case 'MetricsSampled':
          for (const told of engine.live(sampleOfEvent(decoded.event))) write(told, emit);
          break;
        case 'MinuteClosed':
          engine.minuteOver(decoded.event.openTime);
          break;
      }
    },
    applySide({ topic, key, value, timestamp }) {
      if (topic === 'watchlists' && value === null && key !== null) {
        const [owner = '', name = ''] = key.split('/');
        engine.knowWatchlist(owner, name, undefined);
      }
      if (value === null) return;
      if (topic === 'market.closed') {
        // Its time says which minute it is; most records are never asked for.
        engine.knowMarket(timestamp + 1 - MINUTE_MS, () => decodeAs('MarketClosed', value));
        return;
      }
      const decoded = decodeEvent(value);
      if (decoded.type === 'RuleSaved') ruleSaved(decoded.event);
      if (decoded.type === 'WatchlistSaved') {
        const { owner, name, symbols } = decoded.event;
        engine.knowWatchlist(owner, name, symbols);
      }
      if (decoded.type === 'InstrumentChanged') engine.knowInstrument(decoded.event.instrument, decoded.event.quote);
    },
    applyLive({ value }, emit) {
      // Without a rule for prices in progress, none of hundreds a second is decoded.
      if (value === null || !engine.looksAtLive) return;
      const sample = engine.peek(decodeAs('MetricsLive', value));
      if (sample !== undefined) emit(sampledEvent(sample, partition));
    },
    keys: () => engine.instruments(),
    snapshot: (key) => writeWatch(engine, key),
    restore: (key, bytes) => engine.restore(key, readWatch(bytes)),
  };
}
