import type { AlertAmended, AlertRetracted, AlertTriggered } from '@screener/events';
import { limits } from '../limits.ts';
import { amendAlert, retractAlert, type ToldAlert, toldAlert } from './told-alert.ts';

export interface AlertFilter {
  readonly instrument?: string | undefined;
  readonly rule?: string | undefined;
}

export interface AlertQuery extends AlertFilter {
  readonly limit: number;
  readonly offset?: number;
  /** Only those that come after this place of the listing. */
  readonly after?: AlertPlace | undefined;
  /** Only those triggered at or after this time. */
  readonly sinceMs: number;
}

/** Where an alert stands in the listing. */
export interface AlertPlace {
  readonly triggeredAt: number;
  readonly id: string;
}

export interface AlertPage {
  readonly alerts: readonly ToldAlert[];
  readonly total: number;
  /** Place to continue from; undefined: there are no more. */
  readonly next: AlertPlace | undefined;
}

/**
 * Fold over the topic alerts: the newest, each once, whatever order the partitions are read in. What is said of an alert later
 * stands behind it in the same partition.
 */
export class AlertsView {
  /** Oldest first, by time and id. */
  readonly #alerts: ToldAlert[] = [];
  readonly #byId = new Map<string, ToldAlert>();
  readonly #most: number;
  readonly #termsMost: number;
  #terms = 0;

  constructor(most: number = limits.alerts, termsMost: number = limits.alertTerms) {
    this.#most = most;
    this.#termsMost = termsMost;
  }

  get size(): number {
    return this.#alerts.length;
  }

  /** undefined: it was known, or is older than all that are kept. */
  apply(event: AlertTriggered): ToldAlert | undefined {
    if (this.#byId.has(event.id)) return undefined;
    const index = this.#indexOf(event);
    const alert = toldAlert(event);
    const isFull = this.#alerts.length >= this.#most || this.#terms + termsOf(alert) > this.#termsMost;
    if (isFull && index === 0 && this.#alerts.length > 0) return undefined;
    this.#alerts.splice(index, 0, alert);
    this.#byId.set(alert.id, alert);
    this.#terms += termsOf(alert);
    let tooMany = 0;
    for (let left = this.#terms; tooMany < index; tooMany++) {
      if (this.#alerts.length - tooMany <= this.#most && left <= this.#termsMost) break;
      left -= termsOf(this.#alerts[tooMany]);
    }
    this.#dropOldest(tooMany);
    return alert;
  }

  #dropOldest(count: number): void {
    for (const alert of this.#alerts.splice(0, count)) {
      this.#byId.delete(alert.id);
      this.#terms -= termsOf(alert);
    }
  }

  /** The alert as it is now; undefined: it is not kept any more, or nothing of it changed. */
  amend(event: AlertAmended): ToldAlert | undefined {
    return this.#replace(event.id, (alert) => amendAlert(alert, event));
  }

  /** The same. It stays in the listing: people were told. */
  retract(event: AlertRetracted): ToldAlert | undefined {
    return this.#replace(event.id, (alert) => retractAlert(alert, event));
  }

  /** Forgets what is older than a time. */
  expire(beforeMs: number): void {
    this.#dropOldest(this.#indexOf({ triggeredAt: beforeMs, id: '' }));
  }

  /** Newest first. */
  list(query: AlertQuery): AlertPage {
    const first = this.#indexOf({ triggeredAt: query.sinceMs, id: '' });
    const end = query.after ? this.#indexOf(query.after) : this.#alerts.length;
    const alerts: ToldAlert[] = [];
    let total = 0;
    let skipped = 0;
    let more = false;
    for (let index = this.#alerts.length - 1; index >= first; index--) {
      const alert = this.#alerts[index];
      if (!alert || !matches(alert, query)) continue;
      total++;
      if (index >= end) continue;
      if (skipped < (query.offset ?? 0)) skipped++;
      else if (alerts.length < query.limit) alerts.push(alert);
      else more = true;
    }
    const last = alerts.at(-1);
    return { alerts, total, next: more && last ? { triggeredAt: last.triggeredAt, id: last.id } : undefined };
  }

  #replace(id: string, change: (alert: ToldAlert) => ToldAlert): ToldAlert | undefined {
    const known = this.#byId.get(id);
    const changed = known && change(known);
    if (known === undefined || changed === undefined || changed === known) return undefined;
    this.#alerts[this.#indexOf(known)] = changed;
    this.#terms += termsOf(changed) - termsOf(known);
    this.#byId.set(id, changed);
    return changed;
  }

  /** First index at or after a place, oldest first. */
  #indexOf(place: AlertPlace): number {
    let low = 0;
    let high = this.#alerts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const alert = this.#alerts[middle];
      if (alert && isBefore(alert, place)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const termsOf = (alert: ToldAlert | undefined): number => alert?.terms?.length ?? 0;

const isBefore = (a: AlertPlace, b: AlertPlace): boolean =>
  a.triggeredAt === b.triggeredAt ? a.id < b.id : a.triggeredAt < b.triggeredAt;

export const matches = (alert: AlertTriggered, filter: AlertFilter): boolean =>
  (filter.instrument === undefined || filter.instrument === alert.instrument) &&
  (filter.rule === undefined || filter.rule === alert.rule);

/** A place as clients get it: opaque to them. */
export const cursorOf = (place: AlertPlace): string =>
  Buffer.from(`${place.triggeredAt} ${place.id}`).toString('base64url');

export function placeOf(cursor: string): AlertPlace | undefined {
  const match = /^(\d{1,16}) ([\w-]{1,100})$/.exec(Buffer.from(cursor, 'base64url').toString());
  return match?.[1] && match[2] ? { triggeredAt: Number(match[1]), id: match[2] } : undefined;
}
