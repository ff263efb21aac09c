/** All views of the gateway with the topics they are folded from. */
import type { AnyEvent, KlineClosed, KlineLive, MarketClosed } from '@screener/events';
import type { Log } from '@screener/log';
import type { Logger } from '@screener/service';
import { type Feeder, positionBeforeNewest, startFeeder } from '../feeder.ts';
import { limits, times } from '../limits.ts';
import { KeyedSignal, Signal } from '../signal.ts';
import { AlertSummariesView, type AlertSummary } from './alert-summaries-view.ts';
import { AlertsView } from './alerts-view.ts';
import { CandlesView } from './candles-view.ts';
import { HeartbeatsView } from './heartbeats-view.ts';
import { InstrumentsView } from './instruments-view.ts';
import { MarketView } from './market-view.ts';
import { MetricsView } from './metrics-view.ts';
import { RulesView } from './rules-view.ts';
import type { ToldAlert } from './told-alert.ts';

const MINUTE_MS = 60_000;

export class Views {
  readonly instruments = new InstrumentsView();
  readonly heartbeats = new HeartbeatsView();
  readonly metrics = new MetricsView();
  readonly candles = new CandlesView();
  readonly alerts = new AlertsView();
  readonly alertSummaries = new AlertSummariesView();
  readonly rules = new RulesView();
  readonly market = new MarketView();

  /** An instrument whose row of the table may have changed, and when that was news. */
  readonly touched = new Signal<{ readonly instrument: string; readonly seenMs: number }>();
  readonly minuteClosed = new KeyedSignal<KlineClosed>();
  readonly minuteInProgress = new KeyedSignal<KlineLive>();
  /** What the log held at the start is read. */
  readonly primed = new Signal<void>();
  /** An alert that came after the gateway had caught up, and again as it is when it is amended or retracted. */
  readonly alerted = new Signal<ToldAlert>();
  /** More alerts of a minute, told together; after the gateway had caught up. */
  readonly summarised = new Signal<AlertSummary>();
  /** A minute of the whole market was closed. */
  readonly marketClosed = new Signal<MarketClosed>();

  readonly #now: () => number;
  #feeders: readonly Feeder[] = [];
  #waiting = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Topics that are still read from their past. */
  get waiting(): number {
    return this.#waiting;
  }

  get caughtUp(): boolean {
    return this.#feeders.length > 0 && this.#waiting === 0;
  }

  get eventsRead(): number {
    return this.#feeders.reduce((sum, feeder) => sum + feeder.read, 0);
  }

  /** Begins to read; resolves never, rejects when a topic cannot be read any more. */
  follow(log: Log, logger: Logger, retentionMs: number): Promise<never> {
    const feed = (topic: string, options: Pick<Parameters<typeof startFeeder>[0], 'from' | 'apply' | 'remove'>) =>
      startFeeder({ log, logger, topic, ...options });
    let alertsCaughtUp = false;
    const alerts = feed('alerts', {
      from: { time: this.#now() - retentionMs },
      apply: (decoded) => {
        const alert = this.#tellAlert(decoded);
        if (alert !== undefined && alertsCaughtUp) this.alerted.emit(alert);
        if (decoded.type !== 'AlertsSummarised') return;
        const summary = this.alertSummaries.apply(decoded.event);
        if (alertsCaughtUp) this.summarised.emit(summary);
      },
    });
    alerts.caughtUp.then(
      () => {
        alertsCaughtUp = true;
      },
      () => {},
    );
    this.#feeders = [
      feed('instruments', {
        from: 'beginning',
        apply: ({ type, event }, { timestamp }) => {
          if (type !== 'InstrumentChanged') return;
          this.instruments.apply(event);
          this.#touch(event.instrument, timestamp);
        },
        remove: (key) => this.instruments.remove(key),
      }),
      feed('rules', { from: 'beginning', apply: ({ type, event }) => type === 'RuleSaved' && this.rules.apply(event) }),
      feed('heartbeats', {
        from: { time: this.#now() - times.heartbeatLookbackMs },
        apply: ({ type, event }) => type === 'Heartbeat' && this.heartbeats.apply(event),
      }),
      feed('metrics.closed', {
        from: () => positionBeforeNewest(log, 'metrics.closed', times.metricsLookbackMs),
        apply: ({ type, event }) => {
          if (type === 'MetricsClosed' && this.metrics.applyClosed(event)) {
            this.#touch(event.instrument, event.openTime + MINUTE_MS);
          }
        },
      }),
      feed('market.closed', {
        from: () => positionBeforeNewest(log, 'market.closed', times.marketLookbackMs),
        apply: ({ type, event }) => {
          if (type === 'MarketClosed' && this.market.apply(event)) this.marketClosed.emit(event);
        },
      }),
      feed('metrics.live', {
        from: 'end',
        apply: ({ type, event }) => {
          if (type === 'MetricsLive' && this.metrics.applyLive(event)) this.#touch(event.instrument);
        },
      }),
      feed('klines.closed', {
        from: () => positionBeforeNewest(log, 'klines.closed', limits.candlesPerInstrument * MINUTE_MS),
        apply: ({ type, event }) => {
          if (type === 'KlineCorrected') this.candles.applyCorrected(event);
          if (type !== 'KlineClosed') return;
          this.candles.applyClosed(event);
          this.minuteClosed.emit(event.instrument, event);
        },
      }),
      feed('klines.live', {
        from: 'end',
        apply: ({ type, event }) => {
          if (type === 'KlineLive' && this.candles.applyLive(event)) {
            this.minuteInProgress.emit(event.instrument, event);
          }
        },
      }),
      alerts,
    ];
    this.#waiting = this.#feeders.length;
    for (const feeder of this.#feeders) {
      const done = () => {
        if (--this.#waiting === 0) this.primed.emit();
      };
      feeder.caughtUp.then(done, () => {});
    }
    return Promise.race(this.#feeders.map((feeder) => feeder.failed));
  }

  async close(): Promise<void> {
    await Promise.all(this.#feeders.map((feeder) => feeder.close()));
  }

  #tellAlert({ type, event }: AnyEvent): ToldAlert | undefined {
    if (type === 'AlertTriggered') return this.alerts.apply(event);
    if (type === 'AlertAmended') return this.alerts.amend(event);
    return type === 'AlertRetracted' ? this.alerts.retract(event) : undefined;
  }

  /** What is read of the past was news at its own time, what comes now is news now, whatever its event time. */
  #touch(instrument: string, eventMs?: number): void {
    const nowMs = this.#now();
    const seenMs = this.caughtUp || eventMs === undefined ? nowMs : Math.min(nowMs, eventMs);
    this.touched.emit({ instrument, seenMs });
  }
}
