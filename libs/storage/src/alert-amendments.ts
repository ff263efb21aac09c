/** What became of alerts that are in the table: amended or retracted. */
import { ScreenerError } from '@screener/errors';
import type { PoolClient } from 'pg';
import { type AlertTermRow, alertNumbers, refuseAlert, termsToJson, uuid } from './alerts.ts';

/** Times in ms, UTC. Field by field what the event AlertAmended says. */
export interface AlertAmendment {
  readonly kind: 'amended';
  readonly id: string;
  readonly amendedAt: number;
  readonly reason: string;
  readonly provisional: boolean;
  readonly changes: readonly { readonly name: string; readonly before: number | null; readonly after: number | null }[];
  readonly terms: readonly AlertTermRow[];
}

/** The same of AlertRetracted. */
export interface AlertRetraction {
  readonly kind: 'retracted';
  readonly id: string;
  readonly retractedAt: number;
  readonly reason: string;
  readonly terms: readonly AlertTermRow[];
}

export type AlertUpdate = AlertAmendment | AlertRetraction;

/** Refuses what the table could not hold, before it costs the whole batch. */
export function checkAlertUpdate(update: AlertUpdate): AlertUpdate {
  const { id, reason } = update;
  if (!uuid.test(id)) refuseAlert(id, 'id', id, 'a UUID');
  if (reason.includes('\0')) refuseAlert(id, 'reason', JSON.stringify(reason), 'text without zero characters');
  termsToJson(id, update.terms);
  if (update.kind === 'retracted') {
    timeOf(id, 'retracted_at', update.retractedAt);
    return update;
  }
  timeOf(id, 'amended_at', update.amendedAt);
  for (const { name, before, after } of update.changes) {
    for (const value of [before, after]) {
      if (value !== null && !Number.isFinite(value)) refuseAlert(id, name, value, 'a finite number');
    }
    if (name.includes('\0')) refuseAlert(id, 'changes', JSON.stringify(name), 'names without zero characters');
    if (name === 'price' && after === null) refuseAlert(id, name, 'null', 'a finite number');
  }
  return update;
}

/**
 * In the order in which they were said; to be called in the transaction that moves the offset. Saying the same again changes
 * nothing. An alert that is not there is older than what is kept: nothing is left to amend. What was retracted stays so.
 */
export async function updateAlerts(client: PoolClient, updates: readonly AlertUpdate[]): Promise<void> {
  for (const update of updates) {
    if (update.kind === 'retracted') await retractAlert(client, update);
    else await amendAlert(client, update);
  }
}

async function retractAlert(client: PoolClient, { id, retractedAt, reason, terms }: AlertRetraction): Promise<void> {
  await client.query(
    `UPDATE alerts SET status = 'retracted', retracted_at = $2, reason = $3, terms = COALESCE($4::jsonb, terms)
     WHERE id = $1`,
    [id, new Date(retractedAt), reason, newTerms(id, terms)],
  );
}

async function amendAlert(client: PoolClient, amendment: AlertAmendment): Promise<void> {
  const { id, amendedAt, reason, provisional, changes, terms } = amendment;
  const values: unknown[] = [id, new Date(amendedAt), reason, provisional, newTerms(id, terms)];
  const place = (value: unknown): string => `$${values.push(value)}`;
  const columns = changes.flatMap(({ name, after }) => {
    const column = alertNumbers.get(name);
    return column === undefined ? [] : [`${column} = ${place(after)}`];
  });
  const read = changes.filter(({ name }) => !alertNumbers.has(name));
  const known = read.filter(({ after }) => after !== null).map(({ name, after }) => [name, after]);
  const absent = read.filter(({ after }) => after === null).map(({ name }) => name);
  const told = Object.fromEntries(changes.map(({ name, before }) => [name, before]));
  const assignments = [
    'amended_at = $2',
    'reason = $3',
    'provisional = $4',
    'terms = COALESCE($5::jsonb, terms)',
    ...columns,
    `metrics = (metrics || ${place(JSON.stringify(Object.fromEntries(known)))}::jsonb) - ${place(absent)}::text[]`,
    // On the right stands what wins: a number that was amended before keeps what it was told as first.
    `told = ${place(JSON.stringify(told))}::jsonb || told`,
    // A minute that closed as its provisional alert said amends nothing.
    ...(changes.length > 0 ? [`status = 'amended'`] : []),
  ];
  await client.query(`UPDATE alerts SET ${assignments.join(', ')} WHERE id = $1 AND status <> 'retracted'`, values);
}

/** None told: those of the alert still count. */
const newTerms = (id: string, terms: readonly AlertTermRow[]): string | null =>
  terms.length === 0 ? null : termsToJson(id, terms);

function timeOf(id: string, column: string, time: number): void {
  // PostgreSQL reads no times of the year 10000 and later as they are written here.
  if (!(Math.abs(time) < Date.UTC(10_000, 0))) {
    throw new ScreenerError('ROW_INVALID', {
      ...{ row: id, table: 'alerts', column, found: time, expected: 'a time before the year 10000' },
    });
  }
}
