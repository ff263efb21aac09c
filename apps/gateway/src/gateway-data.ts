import { ScreenerError } from '@screener/errors';
import type { InstrumentChanged } from '@screener/events';
import { type ChangeBasis, type FlatMetric, type IntervalName, intervalNames, isIntervalName } from '@screener/market';
import type { CandleHistory } from './bars.ts';
import { findInstrument } from './instrument-names.ts';
import { limits } from './limits.ts';
import type { Signal } from './signal.ts';
import type { Status } from './status.ts';
import type { TickerBoard } from './ticker-board.ts';
import { type AlertPage, placeOf } from './views/alerts-view.ts';
import type { Views } from './views/views.ts';

/** What REST, GraphQL and WebSocket answer from. */
export interface GatewayData {
  readonly views: Views;
  readonly board: TickerBoard;
  /** Once a second. */
  readonly statusTold: Signal<Status>;
  readonly history: CandleHistory | undefined;
  readonly basis: ChangeBasis;
  /** Every number that metrics can have here. */
  readonly metricTable: readonly FlatMetric[];
  readonly retentionMs: number;
  readonly now: () => number;
  status(): Status;
}

export const instrumentOf = (data: GatewayData, symbol: string): InstrumentChanged =>
  findInstrument(data.views.instruments, symbol, data.views.caughtUp);

/** The interval in any case: 1D is 1d. */
export function intervalOf(text: string): IntervalName {
  const name = text.trim().toLowerCase();
  if (isIntervalName(name)) return name;
  throw invalid('interval', text, `one of ${intervalNames.join(' ')}`, '5m');
}

const FOUND_CHARACTERS = 100;

export const invalid = (parameter: string, found: unknown, expected: string, example: string): ScreenerError =>
  new ScreenerError('PARAMETER_INVALID', {
    parameter,
    found: String(found).slice(0, FOUND_CHARACTERS),
    expected,
    example,
  });

export function wholeNumber(parameter: string, found: number, least: number, most: number, example: string): number {
  if (Number.isInteger(found) && found >= least && found <= most) return found;
  throw invalid(parameter, found, `a whole number from ${least} to ${most}`, example);
}

export interface AlertRequest {
  readonly symbol: string | undefined;
  readonly rule: string | undefined;
  readonly limit: number;
  readonly offset: number;
  readonly after: string | undefined;
}

export function alertPage(data: GatewayData, { symbol, rule, limit, offset, after }: AlertRequest): AlertPage {
  const place = after === undefined ? undefined : placeOf(after);
  if (after !== undefined && !place) {
    throw invalid(
      'after',
      after,
      'the next of an earlier answer',
      Buffer.from('1733740259999 id').toString('base64url'),
    );
  }
  return data.views.alerts.list({
    instrument: symbol === undefined ? undefined : instrumentOf(data, symbol).instrument,
    rule,
    limit: wholeNumber('limit', limit, 1, limits.alertsPerPage, '100'),
    offset,
    after: place,
    sinceMs: data.now() - data.retentionMs,
  });
}
