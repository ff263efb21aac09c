/** The alerts of one moment, and the limit of what an instrument may have in a minute. */
import type { Alert } from '../alert.ts';
import type { AlertSummary, EngineEvent } from './engine-event.ts';
import type { InstrumentWatch } from './instrument-watch.ts';
import type { Moment } from './moment.ts';

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

  /** False where it is beyond the limit. */
  add(alert: Alert): boolean {
    const watch = this.#watch;
    if (watch.alertsMinute !== alert.openTime) {
      watch.alertsMinute = alert.openTime;
      watch.alertsInMinute = 0;
    }
    watch.alertsInMinute += 1;
    if (watch.alertsInMinute <= this.#limit) {
      this.#events.push({ type: 'AlertTriggered', event: alert });
      return true;
    }
    this.#beyond.push({ id: alert.id, rule: alert.rule, ruleVersion: alert.ruleVersion });
    return false;
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
