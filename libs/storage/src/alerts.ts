/** The table of alerts. */
import { ScreenerError } from '@screener/errors';
import type { Pool } from 'pg';
import type { CopyRow, MergeTarget } from './copy-rows.ts';
import { ms } from './time-column.ts';

/** A term of the condition: the record AlertTerm of the event. */
export interface AlertTermRow {
  readonly term: string;
  readonly element?: string | null | undefined;
  readonly left: number | null;
  readonly leftText?: string | null | undefined;
  readonly right: number | null;
  readonly rightText?: string | null | undefined;
  readonly held: boolean | null;
}

/** Times in ms, UTC. Field by field what the event AlertTriggered says; null in rows from before a field was told. */
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
  readonly ordinal: number | null;
  readonly provisional: boolean | null;
  readonly severity: string | null;
  readonly owner: string | null;
  readonly message: string | null;
  readonly volumeIncrease: number | null;
  readonly candleSizePct: number | null;
  readonly momentumScore: number | null;
  readonly terms: readonly AlertTermRow[] | null;
}

/** An alert with what became of it. */
export interface ListedAlert extends AlertRow {
  readonly status: 'fired' | 'amended' | 'retracted';
  /** Numbers that were amended, by name, as they were told first. */
  readonly told: Readonly<Record<string, number | null>>;
  readonly amendedAt: number | null;
  readonly retractedAt: number | null;
  /** Why it was amended or retracted. */
  readonly reason: string | null;
}

/** Numbers of an alert outside of its metrics, by their name in events: the column. */
export const alertNumbers: ReadonlyMap<string, string> = new Map([
  ['price', 'price'],
  ['volume', 'volume'],
  ['changePct', 'change_pct'],
  ['volumeIncrease', 'volume_increase'],
  ['candleSizePct', 'candle_size_pct'],
  ['momentumScore', 'momentum_score'],
]);

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
  readonly alerts: readonly ListedAlert[];
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
    ...['price', 'volume', 'change_pct', 'metrics', 'ordinal', 'provisional', 'severity', 'owner', 'message'],
    ...['volume_increase', 'candle_size_pct', 'momentum_score', 'terms'],
  ],
  key: ['id'],
  // The same id is the same alert.
  onConflict: 'keep',
};

export const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function refuseAlert(id: string, column: string, found: string | number, expected: string): never {
  throw new ScreenerError('ROW_INVALID', { row: id, table: 'alerts', column, found, expected });
}

export function alertToCopy(alert: AlertRow): CopyRow {
  if (!uuid.test(alert.id)) refuseAlert(alert.id, 'id', alert.id, 'a UUID');
  for (const [name, value] of Object.entries(alert.metrics)) {
    // JSON would turn it into null.
    if (!Number.isFinite(value)) refuseAlert(alert.id, `metrics.${name}`, value, 'a finite number');
    if (name.includes('\0')) refuseAlert(alert.id, 'metrics', JSON.stringify(name), 'names without zero characters');
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
    alert.ordinal,
    alert.provisional,
    alert.severity,
    alert.owner,
    alert.message,
    alert.volumeIncrease,
    alert.candleSizePct,
    alert.momentumScore,
    alert.terms && termsToJson(alert.id, alert.terms),
  ];
}

/** A side that JSON has no number for is told as text. */
export function termsToJson(id: string, terms: readonly AlertTermRow[]): string {
  const sideOf = (value: number | null, text: string | null = null) =>
    value === null || Number.isFinite(value) ? ([value, text] as const) : ([null, String(value)] as const);
  const written = terms.map(({ term, element = null, held, ...sides }) => {
    const [left, leftText] = sideOf(sides.left, sides.leftText);
    const [right, rightText] = sideOf(sides.right, sides.rightText);
    for (const text of [term, element, leftText, rightText]) {
      if (text?.includes('\0')) refuseAlert(id, 'terms', JSON.stringify(text), 'text without zero characters');
    }
    return { term, element, left, leftText, right, rightText, held };
  });
  return JSON.stringify(written);
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
  const listed = pool.query<ListedAlert>(
    `SELECT id, instrument, rule, rule_version AS "ruleVersion", title, timeframe, price, volume, change_pct AS "changePct",
            ${ms('open_time', 'openTime')}, ${ms('triggered_at', 'triggeredAt')}, metrics, ordinal, provisional, severity,
            owner, message, volume_increase AS "volumeIncrease", candle_size_pct AS "candleSizePct",
            momentum_score AS "momentumScore", terms, status, told, ${ms('amended_at', 'amendedAt')},
            ${ms('retracted_at', 'retractedAt')}, reason
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
