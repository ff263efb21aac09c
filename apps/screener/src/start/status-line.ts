/** One line that tells how the pipeline is: rewritten in place on a terminal, now and then elsewhere. */
import type { Writable } from 'node:stream';
import type { AppStatus } from '@screener/events';

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

/** Pure, so that a test can read it. */
export function statusText(label: string, reports: readonly AppReport[]): string {
  const byName = new Map(reports.map((report) => [report.name, report]));
  const figure = (app: string, name: string): number | undefined => byName.get(app)?.numbers[name];
  const collector = byName.get('collector');
  const priming = figure('collector', 'primed') !== figure('collector', 'instruments') ? collector?.text : undefined;
  const parts = [
    priming ?? `${figure('collector', 'instruments') ?? 0} instruments`,
    show(figure('collector', 'candlesPerMinute'), (value) => `${value} candles/min`),
    show(figure('collector', 'lagMs'), (value) => `lag ${Math.round(value)} ms`),
    show(figure('collector', 'repaired'), (value) => `repaired ${value}`),
    show(figure('collector', 'missing'), (value) => `missing ${value}`),
    show(figure('alerter', 'alerts'), (value) => `alerts ${value}`),
    ...reports.filter((report) => report.status === 'degraded').map((report) => `${report.name}: ${report.text}`),
  ];
  return [label, ...parts.filter((part) => part !== undefined)].join(' · ');
}

const show = (value: number | undefined, text: (value: number) => string): string | undefined =>
  value === undefined ? undefined : text(value);
