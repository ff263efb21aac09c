/** The alerts of one moment, and the limit of what an instrument may have in a minute. */
import type { Alert } from '../alert.ts';
import { alertId } from '../alert-id.ts';
import type { AlertSummary, EngineEvent } from './engine-event.ts';
import type { InstrumentWatch } from './instrument-watch.ts';
import type { Moment } from './moment.ts';
import type { ReadyRule } from './rule-book.ts';

/** Alerts that one summary names; of more there are several, so that none is too large for a record. */
const NAMED_MAX = 1_000;

export class MinuteAlerts {
  readonly #watch: InstrumentWatch;
  readonly #moment: Moment;
  readonly #limit: number;
  readonly #events: EngineEvent[] = [];
  readonly #beyond: AlertSummary['alerts'][number][] = [];

  constructor(watch: InstrumentWatch, moment: Moment, limit: number) {
    this.#watch = watch;
    this.#moment = moment;
    this.#limit = limit;
  }

  /** Counts one more alert; false where it is beyond the limit, and only named. */
  admits({ definition }: ReadyRule, ordinal: number): boolean {
    const watch = this.#watch;
    const { openTime } = this.#moment;
    if (watch.alertsMinute !== openTime) {
      watch.alertsMinute = openTime;
      watch.alertsInMinute = 0;
    }
    watch.alertsInMinute += 1;
    if (watch.alertsInMinute <= this.#limit) return true;
    const { rule, version } = definition;
    const id = alertId({ instrument: watch.instrument, rule, version, openTime, ordinal });
    this.#beyond.push({ id, rule, ruleVersion: version });
    return false;
  }

  add(alert: Alert): void {
    this.#events.push({ type: 'AlertTriggered', event: alert });
  }

  events(): EngineEvent[] {
    const { instrument } = this.#watch;
    const { openTime, at: summarisedAt } = this.#moment;
    for (let from = 0; from < this.#beyond.length; from += NAMED_MAX) {
      const alerts = this.#beyond.slice(from, from + NAMED_MAX);
      const event = { instrument, openTime, summarisedAt, count: alerts.length, limit: this.#limit, alerts };
      this.#events.push({ type: 'AlertsSummarised', event });
    }
    return this.#events;
  }
}
