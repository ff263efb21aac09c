/** `screener backtest`: what a rule would have said, what followed, and whether chance does as well. */
import { setImmediate } from 'node:timers/promises';
import { ScreenerError } from '@screener/errors';
import { type ChangeBasis, flatMetricTableWith } from '@screener/market';
import {
  assertRule,
  type BacktestInstrument,
  ConditionNames,
  compileRule,
  compileUniverse,
  type RuleDefinition,
  type RuleResult,
  type RuleUniverse,
  runBacktest,
  type Side,
  sides,
} from '@screener/rules';
import { readSettings } from '@screener/service';
import {
  type BacktestReport,
  isReportFormat,
  type ReportFormat,
  reportFormats,
  reportLines,
} from '../backtest/backtest-report.ts';
import { chooseRules, rulesOfLog, withoutWatchlist } from '../backtest/choose-rules.ts';
import { spreadOptions } from '../backtest/spread-options.ts';
import type { TapeCollection } from '../backtest/tape-collection.ts';
import { tapesOfFiles } from '../backtest/tapes-of-files.ts';
import { tapesOfLog } from '../backtest/tapes-of-log.ts';
import { type Command, type CommandIo, type ParsedArguments, parseArguments } from '../command.ts';
import { writeLines } from '../file-lines.ts';
import { instrumentFilter, listedSymbols, refuseUnknown, symbolOption } from '../instrument-filter.ts';
import { ProgressBar } from '../progress-bar.ts';
import { momentOf, timeOption } from '../replay/positions.ts';
import { demoOption, type OpenedLog, withLog } from '../with-log.ts';

const options = {
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
  demo: demoOption,
} as const;

type Given = ParsedArguments<typeof options>['options'];

export const backtestCommand: Command = {
  name: 'backtest',
  summary: 'run a rule over the past: its alerts, what followed, and whether random minutes do as well',
  options,
  more: [
    'The rule is evaluated as the alerter does it, on closed candles, minute by minute. After an alert a trade is entered at the',
    'open of the next minute and looked at 5 min, 15 min, 1 h, 4 h and 1 d later. Random minutes of the same instruments',
    'say what would have happened anyway; p is the share of draws in which they did as well. docs/backtest.md explains it.',
    '',
    'Examples:',
    '  screener backtest --rule big_bull_60m --from 30d',
    "  screener backtest --condition 'change_1h > 3.0 && rsi_1h < 70.0' --symbols BTCUSDT,ETHUSDT --format csv",
    '  screener backtest --rule top_hunter --side short --candles DOTUSDT.csv.gz --symbols binance:usdm:DOTUSDT',
  ].join('\n'),
  async run(args, io) {
    // `--rule a b` and `--candles a b` mean the same as naming the option each time.
    const { options: given } = parseArguments(
      { name: this.name, options },
      spreadOptions(args, ['--rule', '--candles']),
    );
    const plan = planOf(given, io);
    if (given.candles.length > 0) return fromFiles(given, plan, io);
    return withLog(io, given.demo, 'read', (opened) => fromLog(given, plan, { io, opened }));
  },
};

/** What does not depend on where the candles come from. */
interface Plan {
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

function planOf(given: Given, io: CommandIo): Plan {
  const settings = readSettings(io.environment);
  const { side = 'long', format = 'table', 'change-basis': basis = settings.CHANGE_BASIS } = given;
  if (!isSide(side)) throw wrong('--side', side, sides.join(' or '), options.side.example);
  if (!isReportFormat(format)) throw wrong('--format', format, reportFormats.join(', '), options.format.example);
  if (basis !== 'open' && basis !== 'oldest-close') {
    throw wrong('--change-basis', basis, 'open or oldest-close', options['change-basis'].example);
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

const everything: RuleUniverse = { quotes: [], topByVolume: null, watchlist: null, symbols: [], exclude: [] };

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

function rulesFor(given: Given, plan: Plan, saved: ReadonlyMap<string, RuleDefinition>): readonly RuleDefinition[] {
  const { rule, condition, timeframe, cooldown: cooldownMinutes } = given;
  const chosen = chooseRules({ rules: rule, condition, timeframe, cooldownMinutes }, saved);
  const { universe, names } = plan;
  const rules = universe === undefined ? chosen : chosen.map((each) => ({ ...each, universe }));
  for (const each of rules) assertRule(each, names);
  return rules;
}

async function fromFiles(given: Given, plan: Plan, io: CommandIo): Promise<number> {
  const rules = rulesFor(given, plan, new Map());
  const compiled = rules.map((rule) => compileRule(rule, plan.names));
  const symbols = given.symbols?.split(',').map((symbol) => symbol.trim());
  const tapes = await tapesOfFiles({ files: given.candles, symbols, rules: compiled, names: plan.names }, io);
  return backtest(tapes, rules, plan, io);
}

async function fromLog(
  given: Given,
  plan: Plan,
  { io, opened }: { io: CommandIo; opened: OpenedLog },
): Promise<number> {
  const { log, where } = opened;
  const chosen = rulesFor(given, plan, await rulesOfLog(log));
  const rules = await Promise.all(chosen.map((rule) => withoutWatchlist(log, rule)));
  const symbols = listedSymbols(given.symbols, '--symbols');
  const { tapes, known } = await tapesOfLog({
    ...{ log, signal: io.signal, isAsked: instrumentFilter(symbols, undefined) },
    progress: (topic, total) => new ProgressBar(io, `reading ${topic}`, total, true),
  });
  if (!io.signal.aborted) refuseUnknown(symbols, known, `the log in ${where}`, '--symbols');
  return backtest(tapes, rules, plan, io);
}

async function backtest(
  tapes: TapeCollection,
  rules: readonly RuleDefinition[],
  plan: Plan,
  io: CommandIo,
): Promise<number> {
  const instruments = tapes.take().filter(({ instrument, quote }) => {
    const facts = { instrument, quote, volumeRank: 1 };
    return rules.some(({ universe }) => compileUniverse(universe, undefined).includes(facts));
  });
  const results = await stepped(runBacktest(instruments, { ...plan, rules }), instruments, io);
  if (results === undefined) return 1;
  const { side, seed, clusterMinutes, format, changeBasis } = plan;
  const span = { ...{ side, seed, clusterMinutes, changeBasis }, ...spanOf(instruments, plan) };
  await writeLines(io, reportLines({ ...span, rules: results }, format));
  return 0;
}

/** Between two steps a Ctrl-C is heard. undefined: it was. */
async function stepped(
  run: Generator<number, readonly RuleResult[]>,
  instruments: readonly BacktestInstrument[],
  { signal, ...io }: CommandIo,
): Promise<readonly RuleResult[] | undefined> {
  const minutes = instruments.reduce((sum, { tape }) => sum + tape.length, 0);
  const bar = new ProgressBar({ signal, ...io }, 'minutes', minutes, true);
  try {
    for (;;) {
      const step = run.next();
      if (step.done) return step.value;
      bar.advance(step.value);
      await setImmediate();
      if (signal.aborted) return undefined;
    }
  } finally {
    bar.end();
  }
}

function spanOf(
  instruments: readonly BacktestInstrument[],
  { from, to }: Plan,
): Pick<BacktestReport, 'from' | 'to' | 'instruments' | 'candles'> {
  if (instruments.length === 0) return { from: Number.NaN, to: Number.NaN, instruments: 0, candles: 0 };
  const first = Math.min(...instruments.map(({ tape }) => tape.openTime(0)));
  const last = Math.max(...instruments.map(({ tape }) => tape.openTime(tape.length)));
  const candles = instruments.reduce((sum, { tape }) => sum + tape.count, 0);
  return { from: Math.max(from, first), to: Math.min(to, last), instruments: instruments.length, candles };
}

const wrong = (option: string, found: string, expected: string, example: string): ScreenerError =>
  new ScreenerError('OPTION_INVALID', { option, found, expected, example });
