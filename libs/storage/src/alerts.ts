/** The table of alerts. */
import { ScreenerError } from '@screener/errors';
import type { Pool } from 'pg';
import type { CopyRow, MergeTarget } from './copy-rows.ts';

/** Times in ms, UTC. Field by field what the event AlertTriggered says. */
export interface AlertRow {
  readonly id: string;
  readonly instrument: string;
  readonly rule: string;
  readonly ruleVersion: number;
  readonly title: string;
  readonly openTime: number;
  readonly triggeredAt: number;
  readonly timeframe: string;
  readonly price: number;
  readonly volume: number | null;
  readonly changePct: number | null;
  readonly metrics: Readonly<Record<string, number>>;
}

export interface AlertFilter {
  /** exchange:market:symbol */
  readonly instrument?: string;
  /** The symbol alone, on every exchange and market. */
  readonly symbol?: string;
  /** Id of the rule. */
  readonly type?: string;
  readonly sinceMs?: number;
  readonly limit: number;
  readonly offset?: number;
  /** Goes on behind the last alert of an earlier page (its `next`), whatever fired meanwhile. */
  readonly after?: string;
}

export interface AlertPage {
  readonly alerts: readonly AlertRow[];
  /** How many the filter matches, on all pages. */
  readonly total: number;
  /** undefined: this was the last page. */
  readonly next: string | undefined;
}

export const ALERTS_MAX = 1_000;

export const alertTarget: MergeTarget = {
  table: 'alerts',
  columns: [
    ...['id', 'instrument', 'rule', 'rule_version', 'title', 'open_time', 'triggered_at', 'timeframe'],
    ...['price', 'volume', 'change_pct', 'metrics'],
  ],
  key: ['id'],
  // The same id is the same alert.
  onConflict: 'keep',
};

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function alertToCopy(alert: AlertRow): CopyRow {
  const refuse = (column: string, found: string | number, expected: string): never => {
    throw new ScreenerError('ROW_INVALID', { row: alert.id, table: 'alerts', column, found, expected });
  };
  if (!uuid.test(alert.id)) refuse('id', alert.id, 'a UUID');
  for (const [name, value] of Object.entries(alert.metrics)) {
    // JSON would turn it into null.
    if (!Number.isFinite(value)) refuse(`metrics.${name}`, value, 'a finite number');
    if (name.includes('\0')) refuse('metrics', JSON.stringify(name), 'names without zero characters');
  }
  return [
    alert.id,
    alert.instrument,
    alert.rule,
    alert.ruleVersion,
    alert.title,
    new Date(alert.openTime),
    new Date(alert.triggeredAt),
    alert.timeframe,
    alert.price,
    alert.volume,
    alert.changePct,
    JSON.stringify(alert.metrics),
  ];
}

/** Newest first. */
export async function listAlerts(pool: Pool, filter: AlertFilter): Promise<AlertPage> {
  const values: unknown[] = [];
  const conditions: string[] = [];
  const where = (condition: (place: string) => string, value: unknown): void => {
    if (value === undefined) return;
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  where((place) => `instrument = ${place}`, filter.instrument);
  where((place) => `substring(instrument FROM '^[^:]*:[^:]*:(.*)$') = ${place}`, filter.symbol);
  where((place) => `rule = ${place}`, filter.type);
  where((place) => `triggered_at >= ${place}`, filter.sinceMs === undefined ? undefined : new Date(filter.sinceMs));
  const counted = pool.query<{ total: number }>(
    `SELECT count(*)::float8 AS total FROM alerts ${whereAll(conditions)}`,
    [...values],
  );
  if (filter.after !== undefined) {
    const { triggeredAt, id } = parseCursor(filter.after);
    values.push(new Date(triggeredAt), id);
    conditions.push(`(triggered_at, id) < ($${values.length - 1}, $${values.length}::uuid)`);
  }
  const limit = Math.min(Math.max(1, Math.trunc(filter.limit)), ALERTS_MAX);
  // One more than asked for tells whether there is a next page.
  values.push(limit + 1, Math.max(0, Math.trunc(filter.offset ?? 0)));
  const listed = pool.query<AlertRow>(
    `SELECT id, instrument, rule, rule_version AS "ruleVersion", title, timeframe, price, volume, change_pct AS "changePct",
            (extract(epoch FROM open_time) * 1000)::float8 AS "openTime",
            (extract(epoch FROM triggered_at) * 1000)::float8 AS "triggeredAt", metrics
     FROM alerts ${whereAll(conditions)}
     ORDER BY triggered_at DESC, id DESC LIMIT $${values.length - 1} OFFSET $${values.length}`,
    values,
  );
  const [{ rows: counts }, { rows }] = await Promise.all([counted, listed]);
  const alerts = rows.slice(0, limit);
  const last = rows.length > limit ? alerts.at(-1) : undefined;
  return { alerts, total: counts[0]?.total ?? 0, next: last && cursorAfter(last) };
}

const whereAll = (conditions: readonly string[]): string =>
  conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;

const cursorAfter = ({ triggeredAt, id }: AlertRow): string =>
  Buffer.from(`${triggeredAt} ${id}`).toString('base64url');

function parseCursor(cursor: string): { triggeredAt: number; id: string } {
  const [time, id] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  const triggeredAt = Number(time);
  if (!id || !uuid.test(id) || !Number.isInteger(triggeredAt) || Math.abs(triggeredAt) > 8.64e15) {
    const example = cursorAfter({ triggeredAt: 0, id: '00000000-0000-0000-0000-000000000000' } as AlertRow);
    throw new ScreenerError('OPTION_INVALID', {
      option: 'after',
      found: cursor,
      expected: 'the next of an earlier page',
      example,
    });
  }
  return { triggeredAt, id };
}
