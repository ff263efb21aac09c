/** Recomputes from the log what a rule decided on an instrument in a minute. */
import { createAlerterTask, replayRecorded } from '@screener/alerter';
import { ScreenerError } from '@screener/errors';
import { type AlertsSummarised, type AlertTriggered, decodeAs, decodeEvent } from '@screener/events';
import type { Log } from '@screener/log';
import { MINUTE_MS } from '@screener/market';
import { conditionNamesWith, type Explanation, sharedPreparation } from '@screener/rules';
import type { Settings } from '@screener/service';
import { earlierTrigger } from './earlier-trigger.ts';

/** A minute that comes later than this after its own time is not waited for. */
const LATE_MS_MAX = 15 * MINUTE_MS;

export interface ExplainedMoment {
  readonly explanation: Explanation;
  /** What the replay fired there. */
  readonly alerts: readonly AlertTriggered[];
}

export interface MomentAsked {
  readonly instrument: string;
  readonly rule: string;
  /** Open time of the minute. */
  readonly openTime: number;
  readonly partition: number;
  /** Told how many more records were read; may throw to end it. */
  readonly read: (records: number) => void;
}

/** Every look that the rule had at the instrument in that minute, in their order: live prices first, then the close. */
export async function explainMoment(
  log: Log,
  { CHANGE_BASIS: changeBasis, ALERTS_PER_MINUTE_MAX: alertsPerMinuteMax, CUSTOM_WINDOWS }: Settings,
  { instrument, rule, openTime, partition, read }: MomentAsked,
): Promise<readonly ExplainedMoment[]> {
  const explained: { explanation: Explanation; alerts: AlertTriggered[] }[] = [];
  const names = conditionNamesWith(CUSTOM_WINDOWS);
  const task = createAlerterTask({
    partition,
    changeBasis,
    alertsPerMinuteMax,
    names,
    prepare: sharedPreparation(names),
    notify: () => {},
    witness: {
      instrument,
      rule,
      told: (explanation) => {
        if (explanation.openTime === openTime) explained.push({ explanation, alerts: [] });
      },
    },
  });
  const earlier = await earlierTrigger(log, { instrument, rule, partition });
  if (earlier !== undefined) task.engine.recall(instrument, rule, earlier);
  await replayRecorded(log, {
    partition,
    task,
    key: instrument,
    read,
    emit: ({ topic, value }) => {
      if (topic !== 'alerts' || value === null) return;
      const decoded = decodeEvent(value);
      if (decoded.type !== 'AlertTriggered' || decoded.event.rule !== rule || decoded.event.openTime !== openTime)
        return;
      explained.at(-1)?.alerts.push(decoded.event);
    },
    // Samples of the minute after have the time of this one; its own candle may come minutes late.
    goOn: ({ timestamp }) => timestamp < openTime + LATE_MS_MAX,
  });
  // Prices in progress are in the log because some other rule fired on them: to a rule of closed candles they are nothing.
  const looks = explained.filter(({ explanation: { closed, rule } }) => closed || rule?.definition.mode === 'live');
  return looks.length > 0 ? looks : explained.slice(-1);
}

export interface FoundAlert {
  readonly alert: AlertTriggered;
  readonly partition: number;
  /** The record that made it fire, as the header says: topic/partition/offset. */
  readonly input: string | undefined;
  /** What became of it. */
  readonly later: readonly { readonly type: 'AlertAmended' | 'AlertRetracted'; readonly reason: string }[];
}

/** One that was told together with others, by its id alone. */
export interface FoundSummarised {
  readonly rule: string;
  readonly partition: number;
  readonly summary: AlertsSummarised;
}

export async function findAlert(log: Log, id: string, signal: AbortSignal): Promise<FoundAlert | FoundSummarised> {
  let found: Omit<FoundAlert, 'later'> | undefined;
  let summarised: FoundSummarised | undefined;
  const later: FoundAlert['later'][number][] = [];
  const reader = log.reader({ topic: 'alerts', from: 'beginning', until: 'end' });
  for await (const batch of reader) {
    signal.throwIfAborted();
    for (const { value, partition, headers } of batch) {
      if (value === null) continue;
      const { type, event } = decodeEvent(value);
      if (type === 'AlertTriggered' && event.id === id) found = { alert: event, partition, input: headers?.input };
      if (type === 'AlertsSummarised') {
        const named = event.alerts.find((alert) => alert.id === id);
        if (named !== undefined) summarised = { rule: named.rule, partition, summary: event };
      }
      if ((type === 'AlertAmended' || type === 'AlertRetracted') && event.id === id)
        later.push({ type, reason: event.reason });
    }
  }
  if (found !== undefined) return { ...found, later };
  if (summarised !== undefined) return summarised;
  throw new ScreenerError('ALERT_UNKNOWN', { id });
}

/** All instruments that anything is known of. */
export async function instrumentsOf(log: Log): Promise<readonly string[]> {
  const known = new Set<string>();
  for await (const batch of log.reader({ topic: 'instruments', from: 'beginning', until: 'end' })) {
    for (const { value } of batch) if (value !== null) known.add(decodeAs('InstrumentChanged', value).instrument);
  }
  return [...known].sort();
}
