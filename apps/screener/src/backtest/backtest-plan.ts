/** How `screener backtest` is called, and what that means. */
import { ScreenerError } from '@screener/errors';
import { type ChangeBasis, flatMetricTableWith } from '@screener/market';
import { ConditionNames, type RuleUniverse, type Side, sides } from '@screener/rules';
import { readSettings } from '@screener/service';
import type { CommandIo, ParsedArguments } from '../command.ts';
import { listedSymbols, symbolOption } from '../instrument-filter.ts';
import { momentOf, timeOption } from '../replay/positions.ts';
import { demoOption } from '../with-log.ts';
import { isReportFormat, type ReportFormat, reportFormats } from './backtest-report.ts';

export const backtestOptions = {
  rule: {
    kind: 'text',
    value: 'ID...',
    about: 'these rules, as the log has them or as we ship them',
    example: '--rule big_bull_60m',
    many: true,
  },
  condition: {
    kind: 'text',
    value: 'CONDITION',
    about: 'instead of a rule: a condition to try out',
    example: "--condition 'change_1h > 3.0 && rsi_1h < 70.0'",
  },
  timeframe: {
    kind: 'text',
    value: 'WINDOW',
    about: 'window that the alerts are about, for example 15m (default: that of the rule; 1h)',
    example: '--timeframe 15m',
  },
  cooldown: {
    kind: 'whole',
    value: 'MINUTES',
    about: 'least time between two alerts of an instrument (default: that of the rule; 5)',
    most: 43_200,
  },
  symbols: {
    ...symbolOption,
    about: `${symbolOption.about}, whatever the rule is for; with --candles: the names of the files, in their order`,
  },
  universe: {
    kind: 'text',
    value: 'WHICH',
    about: 'instead of --symbols: all, or quote currencies such as USDT,USDC (default: what the rule is for)',
    example: '--universe USDT',
  },
  from: timeOption('alerts from this minute on: a UTC time such as 2026-01-31T14:00, or an age such as 7d'),
  to: timeOption('alerts before this minute; later candles still tell what followed'),
  candles: {
    kind: 'text',
    value: 'FILE.csv[.gz]...',
    about: 'files of one-minute candles instead of the log, one or more for each instrument',
    example: '--candles BTCUSDT-1m.csv.gz',
    many: true,
  },
  side: {
    kind: 'text',
    value: 'SIDE',
    about: 'long (default), or short: gains where the price falls',
    example: '--side short',
  },
  'cluster-minutes': {
    kind: 'whole',
    value: 'N',
    about: 'alerts of two instruments so near in time count as clustered (default 15)',
    most: 1_440,
  },
  seed: { kind: 'whole', value: 'N', about: 'of the random minutes (default 1); the same seed, the same answer' },
  'change-basis': {
    kind: 'text',
    value: 'BASIS',
    about: 'open or oldest-close: what changes are measured against (default: CHANGE_BASIS)',
    example: '--change-basis oldest-close',
  },
  format: {
    kind: 'text',
    value: 'FORMAT',
    about: 'table (default), json, or csv: a line per alert',
    example: '--format json',
  },
  json: { kind: 'flag', about: 'the same as --format json' },
  demo: demoOption,
} as const;

export type Given = ParsedArguments<typeof backtestOptions>['options'];

/** What does not depend on where the candles come from. */
export interface Plan {
  readonly changeBasis: ChangeBasis;
  readonly names: ConditionNames;
  readonly from: number;
  readonly to: number;
  readonly side: Side;
  readonly seed: number;
  readonly clusterMinutes: number;
  readonly format: ReportFormat;
  /** Instead of what the rules are for; undefined: neither symbols nor a universe were asked for. */
  readonly universe: RuleUniverse | undefined;
}

const SEED_DEFAULT = 1;
const CLUSTER_MINUTES_DEFAULT = 15;

export function planOf(given: Given, io: CommandIo): Plan {
  const settings = readSettings(io.environment);
  const {
    side = 'long',
    format = given.json ? 'json' : 'table',
    'change-basis': basis = settings.CHANGE_BASIS,
  } = given;
  if (given.json && format !== 'json') throw wrong('--format', format, 'json, or no --json', '--json');
  if (!isSide(side)) throw wrong('--side', side, sides.join(' or '), backtestOptions.side.example);
  if (!isReportFormat(format))
    throw wrong('--format', format, reportFormats.join(', '), backtestOptions.format.example);
  if (basis !== 'open' && basis !== 'oldest-close') {
    throw wrong('--change-basis', basis, 'open or oldest-close', backtestOptions['change-basis'].example);
  }
  const nowMs = Date.now();
  const from = given.from === undefined ? Number.NEGATIVE_INFINITY : momentOf('--from', given.from, nowMs);
  const to = given.to === undefined ? Number.POSITIVE_INFINITY : momentOf('--to', given.to, nowMs);
  if (from >= to) throw wrong('--to', given.to ?? '', `a time after ${given.from}`, '--to 1h');
  return {
    ...{ changeBasis: basis, side, format, from, to },
    names: new ConditionNames(flatMetricTableWith(settings.CUSTOM_WINDOWS)),
    seed: given.seed ?? SEED_DEFAULT,
    clusterMinutes: given['cluster-minutes'] ?? CLUSTER_MINUTES_DEFAULT,
    universe: universeOf(given),
  };
}

const isSide = (text: string): text is Side => (sides as readonly string[]).includes(text);

export const everything: RuleUniverse = { quotes: [], topByVolume: null, watchlist: null, symbols: [], exclude: [] };

function universeOf({ symbols, universe, candles }: Given): RuleUniverse | undefined {
  if (universe === undefined) return symbols === undefined && candles.length === 0 ? undefined : everything;
  if (symbols !== undefined || candles.length > 0) {
    throw wrong('--universe', universe, 'either it, or --symbols, or --candles', '--universe USDT');
  }
  if (universe === 'all') return everything;
  const quotes = listedSymbols(universe, '--universe') ?? [];
  const lower = quotes.find((quote) => !/^[A-Z0-9]+$/.test(quote));
  if (lower !== undefined) throw wrong('--universe', universe, 'all, or quote currencies', '--universe USDT,USDC');
  return { ...everything, quotes };
}

const wrong = (option: string, found: string, expected: string, example: string): ScreenerError =>
  new ScreenerError('OPTION_INVALID', { option, found, expected, example });
