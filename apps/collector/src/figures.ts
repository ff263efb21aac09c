/** What the collector counts: for its report, and for whoever scrapes its metrics. */
import { durationBuckets, type Metrics } from '@screener/service';
import { LagWindow } from './lag-window.ts';

const ratePeriodMs = 60_000;
/** A partition that is tried again is refused again; one that went elsewhere is not heard of any more. */
const refusalForgottenMs = 60_000;

export interface ExchangeFigures {
  readonly connections: number;
  readonly weightUsed: number;
  readonly weightLimit: number;
  /** By our clock; 0 where there was none. */
  readonly bannedUntil: number;
  readonly offsetMs: number | undefined;
  /** Instruments that lack a minute now. */
  readonly missing: number;
  readonly unserved: number;
  readonly circuitsOpen: number;
}

export class Figures {
  readonly #now: () => number;
  /** Candles written, by second. */
  readonly #perSecond = new Map<number, number>();
  readonly lag = new LagWindow();
  repaired = 0;
  /** Minutes that the exchange has no candle for: flat in the log. */
  empty = 0;
  gaps = 0;
  corrected = 0;
  /** Candles that came after the marker of their minute. */
  late = 0;
  /** Frames of minutes that were settled already. */
  repeated = 0;
  problems = 0;
  deadLetters = 0;
  deadLettersLeftOut = 0;
  /** Why the log took nothing, and when, by partition. */
  readonly #refusals = new Map<number, { readonly reason: string; readonly at: number }>();
  /** Frames that were refused. */
  readonly problemsByReason = new Map<string, number>();
  /** All that went wrong: frames, what REST refused or answered, what the log did not take. */
  readonly errorsByReason = new Map<string, number>();
  readonly #metrics: ReturnType<typeof declare>;

  constructor(now: () => number, metrics: Metrics) {
    this.#now = now;
    this.#metrics = declare(metrics);
  }

  /** Until it takes something of this partition again, here or at another collector. */
  logRefused(partition: number, reason: string): void {
    this.#refusals.set(partition, { reason, at: this.#now() });
    this.#wentWrong('log-refused', 1);
  }

  logTook(partition: number): void {
    this.#refusals.delete(partition);
  }

  logRefuses(): string | undefined {
    for (const [partition, { reason, at }] of this.#refusals) {
      if (this.#now() - at < refusalForgottenMs) return reason;
      this.#refusals.delete(partition);
    }
    return undefined;
  }

  heard(lagMs: number): void {
    this.lag.add(lagMs, this.#now());
    this.#metrics.lag.observe(lagMs / 1_000);
  }

  published(topic: string, count: number): void {
    this.#metrics.published.inc(count, { topic });
  }

  candlesWritten(count: number): void {
    if (count === 0) return;
    const second = Math.floor(this.#now() / 1_000);
    this.#perSecond.set(second, (this.#perSecond.get(second) ?? 0) + count);
  }

  candlesPerMinute(): number {
    const since = Math.floor((this.#now() - ratePeriodMs) / 1_000);
    let count = 0;
    for (const [second, candles] of this.#perSecond) {
      if (second <= since) this.#perSecond.delete(second);
      else count += candles;
    }
    return count;
  }

  told(what: 'repaired' | 'empty' | 'missing', count: number): void {
    if (count === 0) return;
    if (what === 'repaired') this.repaired += count;
    else if (what === 'empty') this.empty += count;
    else this.gaps += count;
    this.#metrics.repairs.inc(count, { kind: what });
  }

  wasCorrected(): void {
    this.corrected++;
    this.#metrics.repairs.inc(1, { kind: 'corrected' });
  }

  wasLate(count: number): void {
    this.late += count;
    this.#metrics.repairs.inc(count, { kind: 'late' });
  }

  problem(reason: string): void {
    this.problems++;
    this.problemsByReason.set(reason, (this.problemsByReason.get(reason) ?? 0) + 1);
    this.#wentWrong(reason, 1);
  }

  /** Where another counts, and we only pass on how much more it became. */
  received(frames: number): void {
    if (frames > 0) this.#metrics.received.inc(frames);
  }

  refusedByRest(reason: string, count: number): void {
    if (count > 0) this.#wentWrong(`rest-${reason}`, count);
  }

  reconnected(count: number): void {
    if (count > 0) this.#metrics.reconnections.inc(count);
  }

  letter(kept: boolean): void {
    if (kept) this.deadLetters++;
    else this.deadLettersLeftOut++;
    this.#metrics.letters.inc(1, { kept: kept ? 'yes' : 'no' });
  }

  #wentWrong(reason: string, count: number): void {
    this.errorsByReason.set(reason, (this.errorsByReason.get(reason) ?? 0) + count);
    this.#metrics.errors.inc(count, { reason });
  }

  exchangeIs(exchange: string, state: ExchangeFigures): void {
    this.#metrics.connections.set(state.connections, { exchange });
    this.#metrics.weight.set(state.weightUsed, { exchange });
    this.#metrics.weightLimit.set(state.weightLimit, { exchange });
    this.#metrics.bannedUntil.set(state.bannedUntil / 1_000, { exchange });
    this.#metrics.missing.set(state.missing, { exchange });
    this.#metrics.unserved.set(state.unserved, { exchange });
    this.#metrics.circuits.set(state.circuitsOpen, { exchange });
    if (state.offsetMs !== undefined) this.#metrics.offset.set(state.offsetMs / 1_000, { exchange });
  }
}

const declare = (metrics: Metrics) => ({
  received: metrics.counter('data_collector_messages_received_total', 'Frames of exchanges that had candles'),
  published: metrics.counter(
    'data_collector_messages_published_total',
    'Records that the log took, durably where the topic is',
    ['topic'],
  ),
  connections: metrics.gauge('data_collector_websocket_connections', 'Streams that are connected and deliver', [
    'exchange',
  ]),
  errors: metrics.counter(
    'data_collector_errors_total',
    'What came of an exchange and was not as agreed, what it refused, and what the log refused, by reason',
    ['reason'],
  ),
  lag: metrics.histogram(
    'data_collector_lag_seconds',
    'From the time that the exchange gives a frame to its receipt, by the clock of the exchange',
    durationBuckets,
  ),
  repairs: metrics.counter(
    'data_collector_repairs_total',
    'Minutes that the stream did not deliver well: repaired, empty (flat), missing (a gap), corrected or late',
    ['kind'],
  ),
  reconnections: metrics.counter('data_collector_reconnections_total', 'Streams that were connected anew'),
  weight: metrics.gauge('data_collector_rest_weight_used', 'Of the REST limit that is nearest to its end', [
    'exchange',
  ]),
  weightLimit: metrics.gauge('data_collector_rest_weight_limit', 'All of that limit', ['exchange']),
  bannedUntil: metrics.gauge(
    'data_collector_rest_banned_until_seconds',
    'When the last ban ends or ended, in seconds since 1970; 0: there was none',
    ['exchange'],
  ),
  missing: metrics.gauge('data_collector_missing', 'Instruments that lack a closed minute now', ['exchange']),
  unserved: metrics.gauge('data_collector_unserved', 'Instruments that no stream serves now: they are fetched', [
    'exchange',
  ]),
  circuits: metrics.gauge(
    'data_collector_circuits_open',
    'Streams that failed too often in a row and are left alone for a while',
    ['exchange'],
  ),
  letters: metrics.counter(
    'data_collector_dead_letters_total',
    'Frames that nobody can have meant: kept in dead-letters, or left out as there were too many',
    ['kept'],
  ),
  offset: metrics.gauge('data_collector_clock_offset_seconds', "How far the exchange's clock is ahead of ours", [
    'exchange',
  ]),
});
