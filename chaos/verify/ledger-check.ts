/** The ledger against the log: what was acknowledged is there once, in order per key. */
import type { LogRecord } from '@screener/log';
import type { ViolationList } from '../violations.ts';
import type { Workload } from '../workload/workload.ts';

export interface Acknowledged {
  readonly acknowledged: readonly number[];
  /** Refused or interrupted: there once or not at all. */
  readonly unknown: ReadonlySet<number>;
}

export async function checkLedger(
  input: AsyncIterable<LogRecord> | Iterable<LogRecord>,
  { acknowledged, unknown }: Acknowledged,
  { numberOf }: Pick<Workload, 'numberOf'>,
  violations: ViolationList,
): Promise<void> {
  const times = new Map<number, number>();
  const newest = new Map<string, number>();
  for await (const record of input) {
    const n = numberOf(record);
    if (n === undefined) continue;
    times.set(n, (times.get(n) ?? 0) + 1);
    if (unknown.has(n)) continue;
    const key = record.key ?? '';
    const before = newest.get(key) ?? -1;
    if (n < before) violations.add('order', `input, key ${key}: ${n} after ${before}`);
    newest.set(key, n);
  }
  const known = new Set(acknowledged);
  for (const n of known) if (!times.has(n)) violations.add('lost', `input: ${n} was acknowledged`);
  for (const [n, count] of times) {
    if (count > 1) violations.add('doubled', `input: ${n} is there ${count} times`);
    if (!known.has(n) && !unknown.has(n)) violations.add('foreign', `input: nobody fed ${n}`);
  }
}
