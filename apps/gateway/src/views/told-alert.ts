/** An alert with what became of it, as a fold over what the topic alerts says of it. */
import type { AlertAmended, AlertChange, AlertRetracted, AlertTriggered } from '@screener/events';

export type AlertStatus = 'fired' | 'amended' | 'retracted';

/** Its numbers and terms are those that count now. */
export interface ToldAlert extends AlertTriggered {
  readonly status: AlertStatus;
  /** Event time at which it was amended or retracted. */
  readonly statusAt?: number | undefined;
  /** Why it was amended or retracted, for people. */
  readonly reason?: string | undefined;
  /** Numbers that are others now: before, as they were told first. */
  readonly changes: readonly AlertChange[];
}

export const toldAlert = (event: AlertTriggered): ToldAlert => ({ ...event, status: 'fired', changes: [] });

export function amendAlert(alert: ToldAlert, event: AlertAmended): ToldAlert {
  // What was retracted should not have been, whatever its numbers are.
  if (alert.status === 'retracted') return alert;
  const { amendedAt: statusAt, reason, provisional = false, terms = [] } = event;
  const changes = mergeChanges(alert.changes, event.changes);
  const amended = { ...withNumbers(alert, event.changes), provisional, ...(terms.length > 0 && { terms }) };
  // A minute that closed as its provisional alert said changes no number of it.
  if (event.changes.length === 0) return amended;
  return { ...amended, status: 'amended', statusAt, reason, changes };
}

export function retractAlert(alert: ToldAlert, { retractedAt, reason, terms = [] }: AlertRetracted): ToldAlert {
  return { ...alert, status: 'retracted', statusAt: retractedAt, reason, ...(terms.length > 0 && { terms }) };
}

const isOwnNumber = (name: string): name is OwnNumber => (ownNumbers as readonly string[]).includes(name);
type OwnNumber = (typeof ownNumbers)[number];
/** Those outside of its metrics that may be absent. */
const ownNumbers = ['volume', 'changePct', 'volumeIncrease', 'candleSizePct', 'momentumScore'] as const;

function withNumbers(alert: ToldAlert, changes: readonly AlertChange[]): ToldAlert {
  let { price } = alert;
  const own: Partial<Record<OwnNumber, number | null>> = {};
  const metrics = new Map(Object.entries(alert.metrics));
  for (const { name, after } of changes) {
    if (name === 'price') price = after ?? price;
    else if (isOwnNumber(name)) own[name] = after;
    else if (after === null) metrics.delete(name);
    else metrics.set(name, after);
  }
  return { ...alert, price, ...own, metrics: Object.fromEntries(metrics) };
}

/** From the first word on a number to the last; what is again as it was told is no change. */
function mergeChanges(earlier: readonly AlertChange[], later: readonly AlertChange[]): readonly AlertChange[] {
  const merged = new Map(earlier.map((change) => [change.name, change]));
  for (const change of later) {
    const first = merged.get(change.name) ?? change;
    merged.set(change.name, { ...change, before: first.before });
  }
  return [...merged.values()].filter(({ before, after }) => before !== after);
}
