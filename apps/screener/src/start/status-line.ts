/** One line that tells how the pipeline is: rewritten in place on a terminal, now and then elsewhere. */
import type { Writable } from 'node:stream';
import type { AppStatus } from '@screener/events';
import { barOf } from '../progress-bar.ts';

/** What is known of one app, from its own report or from its heartbeat. */
export interface AppReport {
  readonly name: string;
  readonly status: AppStatus;
  readonly text: string;
  readonly numbers: Readonly<Record<string, number>>;
  readonly crashes: number;
}

export interface StatusLine {
  /** Prints a whole line above the status line. */
  print(text: string): void;
  stop(): void;
}

export interface StatusLineOptions {
  readonly stream: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly reports: () => readonly AppReport[];
  readonly label: string;
  readonly everyMs?: number;
}

const TERMINAL_EVERY_MS = 1_000;
const PRIMING_WIDTH = 10;
const PLAIN_EVERY_MS = 30_000;

export function startStatusLine({ stream, reports, label, everyMs }: StatusLineOptions): StatusLine {
  const terminal = stream.isTTY === true;
  const clear = terminal ? '\r\u001b[2K' : '';
  const draw = (): void => {
    const text = statusText(label, reports());
    if (terminal) stream.write(`${clear}${text.slice(0, (stream.columns ?? 120) - 1)}`);
    else stream.write(`${text}\n`);
  };
  const timer = setInterval(draw, everyMs ?? (terminal ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS));
  return {
    print(text) {
      stream.write(`${clear}${text}\n`);
      if (terminal) draw();
    },
    stop() {
      clearInterval(timer);
      stream.write(clear);
    },
  };
}

/** Pure, so that a test can read it. Several collectors share the instruments: what they count is added up. */
export function statusText(label: string, reports: readonly AppReport[]): string {
  const values = (app: string, name: string): readonly number[] =>
    reports.flatMap((report) => {
      const value = report.name === app && report.status !== 'stopping' ? report.numbers[name] : undefined;
      return value === undefined ? [] : [value];
    });
  const total = (app: string, name: string): number | undefined => {
    const found = values(app, name);
    return found.length === 0 ? undefined : found.reduce((sum, value) => sum + value, 0);
  };
  const lags = values('collector', 'lagMs');
  const alerts = values('alerter', 'alerts');
  const instruments = total('collector', 'instruments') ?? 0;
  const primed = primedShare(reports);
  const parts = [
    primed < 1
      ? `priming ${barOf(primed, PRIMING_WIDTH)} % of ${instruments} instruments`
      : `${instruments} instruments`,
    `${shown(total('collector', 'candlesPerMinute'))} candles/min`,
    lags.length === 0 ? 'lag –' : `lag ${Math.round(Math.max(...lags))} ms`,
    `repaired ${shown(total('collector', 'repaired'))}`,
    `missing ${shown(total('collector', 'missing'))}`,
    // Each alerter says how many the whole log has.
    ...(alerts.length === 0 ? [] : [`alerts ${Math.max(...alerts)}`]),
    ...reports.filter((report) => report.status === 'degraded').map((report) => `${report.name}: ${report.text}`),
  ];
  return [label, ...parts].join(' · ');
}

/** Of the candles and bars that all collectors want, so far. */
function primedShare(reports: readonly AppReport[]): number {
  const collectors = reports.filter(({ name, status }) => name === 'collector' && status !== 'stopping');
  let [primed, wanted] = [0, 0];
  for (const { numbers } of collectors) {
    primed += (numbers.primedShare ?? 1) * (numbers.instruments ?? 0);
    wanted += numbers.instruments ?? 0;
  }
  return wanted === 0 ? 1 : primed / wanted;
}

/** What nobody has said yet is no zero. */
const shown = (value: number | undefined): string => (value === undefined ? '–' : String(value));
