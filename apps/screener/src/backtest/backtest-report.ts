/** What a backtest found: as a table for people, as one JSON object, or as a line of CSV per alert. */
import type { ChangeBasis } from '@screener/market';
import { type BacktestAlert, horizonMinutes, type RuleResult, type Side } from '@screener/rules';
import { quoted } from '../replay/csv-lines.ts';
import { durationText, grouped, isoTime, textTable, timeText } from '../text-table.ts';

export interface BacktestReport {
  /** Of the candles that rules could fire on: first ms of the first and of the first after the last minute. */
  readonly from: number;
  readonly to: number;
  readonly instruments: number;
  readonly candles: number;
  /** So many instruments the market's numbers are made of; null: no rule reads them. */
  readonly market: number | null;
  readonly side: Side;
  readonly changeBasis: ChangeBasis;
  readonly seed: number;
  readonly clusterMinutes: number;
  readonly rules: readonly RuleResult[];
}

export const reportFormats = ['table', 'json', 'csv'] as const;
export type ReportFormat = (typeof reportFormats)[number];
export const isReportFormat = (text: string): text is ReportFormat => reportFormats.some((name) => name === text);

export function reportLines(report: BacktestReport, format: ReportFormat): readonly string[] {
  if (format === 'json') return [jsonOf(report)];
  return format === 'csv' ? csvOf(report) : tableOf(report);
}

const horizonNames = horizonMinutes.map((minutes) => durationText(minutes * 60_000).replace(/ (\w).*/, '$1'));

function jsonOf({ from, to, rules, ...rest }: BacktestReport): string {
  const named = (values: readonly (number | null)[]): Record<string, number | null> =>
    Object.fromEntries(values.map((value, index) => [horizonNames[index] ?? '', value]));
  const alertOf = ({ openTime, returns, drawdowns, numbers, ...alert }: BacktestAlert): object => ({
    ...{ time: isoTime(openTime), openTime },
    ...{ ...alert, ...numbers, returns: named(returns), drawdowns: named(drawdowns) },
  });
  const ofRules = rules.map(({ alerts, horizons, ...rule }) => {
    const compared = horizons.map((horizon) => {
      return { after: horizonNames[horizonMinutes.indexOf(horizon.minutes)], ...horizon };
    });
    return { ...rule, horizons: compared, alerts: alerts.map(alertOf) };
  });
  return JSON.stringify({ from: isoTime(from), to: isoTime(to), ...rest, rules: ofRules });
}

function csvOf({ rules }: BacktestReport): readonly string[] {
  const ofHorizons = horizonNames.flatMap((name) => [`return_${name}_pct`, `drawdown_${name}_pct`]);
  const numbers = ['volume', 'change_pct', 'volume_increase', 'candle_size_pct', 'momentum_score'];
  const head = [
    'rule',
    'version',
    'instrument',
    'time',
    'open_time_ms',
    'price',
    ...numbers,
    'entry_price',
    ...ofHorizons,
  ];
  const lines = rules.flatMap(({ rule, version, alerts }) =>
    alerts.map(({ instrument, openTime, price, numbers: told, entryPrice, returns, drawdowns }) =>
      [
        ...[rule, version, quoted(instrument), isoTime(openTime), openTime, price],
        ...[told.volume, told.changePct, told.volumeIncrease, told.candleSizePct, told.momentumScore, entryPrice],
        ...returns.flatMap((gained, horizon) => [gained, drawdowns[horizon]]),
      ]
        .map((value) => value ?? '')
        .join(','),
    ),
  );
  return [head.join(','), ...lines];
}

/** People read no more than that; the other formats have all of them. */
const ALERTS_SHOWN = 40;

function tableOf(report: BacktestReport): readonly string[] {
  const { from, to, instruments, candles, market, side } = report;
  if (candles === 0) return ['no candles: nothing of what was asked for is there'];
  const span = `${timeText(from)} to ${timeText(to)} UTC`;
  return [
    `${grouped(candles)} candles of ${instruments} instruments, ${span}; ${side} trades, entered at the open of the minute after`,
    ...(market === null ? [] : [`numbers of the market are those of the ${market} instruments that have candles here`]),
    ...report.rules.flatMap((rule) => ['', ...ruleTable(rule, report)]),
  ];
}

function ruleTable(rule: RuleResult, { clusterMinutes }: BacktestReport): readonly string[] {
  const { alerts } = rule;
  // A condition may be written on several lines.
  const waits = waitsFor(rule).replaceAll(/\s+/g, ' ');
  const parameters = Object.entries(rule.parameters).map(([name, value]) => `${name} ${value}`);
  const withThem = parameters.length > 0 ? `, with ${parameters.join(', ')}` : '';
  const title = `${rule.rule} version ${rule.version}, ${rule.title}: ${waits}${withThem}`;
  if (alerts.length === 0) return [title, `no alert in ${grouped(rule.minutes)} minutes`];
  const on = new Set(alerts.map(({ instrument }) => instrument)).size;
  const clustered = `${(rule.clustered * 100).toFixed(0)} % within ${clusterMinutes} min of one of another instrument`;
  return [
    title,
    `${grouped(alerts.length)} alerts on ${on} instruments in ${grouped(rule.minutes)} minutes, ${rule.alertsPerDay.toFixed(2)} a day, ${clustered}`,
    '',
    ...horizonTable(rule),
    '',
    ...alertTable(alerts),
  ];
}

function waitsFor({ condition, priceLevel }: RuleResult): string {
  if (priceLevel === null) return condition;
  const { level, direction } = priceLevel;
  const crossing = `price crosses ${level}, ${direction}`;
  return condition === 'true' ? crossing : `${crossing}, where ${condition}`;
}

function horizonTable({ horizons }: RuleResult): readonly string[] {
  if (horizons.length === 0) return ['nothing followed: the candles end with the alerts'];
  const head = ['after', 'trades', 'apart', '', 'mean %', 'median %', 'hits %', 'worst %', 'chance does as well'];
  const rows = horizons.flatMap(({ minutes, trades, episodes, alerts, random, pValue }) => {
    const statistics = ({ mean, median, hitRate, worstDrawdown }: typeof alerts): string[] => [
      ...[mean, median].map((value) => value.toFixed(3)),
      (hitRate * 100).toFixed(1),
      worstDrawdown.toFixed(2),
    ];
    const name = horizonNames[horizonMinutes.indexOf(minutes)] ?? '';
    return [
      [name, grouped(trades), grouped(episodes), 'alerts', ...statistics(alerts), `p = ${pValue.toFixed(4)}`],
      ['', '', '', 'random minutes', ...statistics(random), ''],
    ];
  });
  const aligns = ['left', 'right', 'right', 'left', 'right', 'right', 'right', 'right', 'left'] as const;
  return textTable([head, ...rows], aligns);
}

function alertTable(alerts: readonly BacktestAlert[]): readonly string[] {
  const head = ['closed minute', 'instrument', 'price', 'change %', ...horizonNames.map((name) => `${name} %`)];
  const percent = (value: number | null): string => (value === null ? '' : value.toFixed(2));
  const rows = alerts
    .slice(0, ALERTS_SHOWN)
    .map(({ instrument, openTime, price, numbers, returns }) => [
      ...[timeText(openTime), instrument, String(price), percent(numbers.changePct)],
      ...returns.map(percent),
    ]);
  const table = textTable(
    [head, ...rows],
    ['left', 'left', 'right', 'right', ...horizonNames.map(() => 'right' as const)],
  );
  const more = alerts.length - rows.length;
  return more > 0 ? [...table, `and ${grouped(more)} more: --format csv has them all`] : table;
}
