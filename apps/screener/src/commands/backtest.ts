/** `screener backtest`: what a rule would have said, what followed, and whether chance does as well. */
import { setImmediate } from 'node:timers/promises';
import {
  assertRule,
  type BacktestInstrument,
  compileRule,
  compileUniverse,
  prepareRule,
  type RuleDefinition,
  type RuleResult,
  readsMarket,
  runBacktest,
} from '@screener/rules';
import { backtestOptions, everything, type Given, type Plan, planOf } from '../backtest/backtest-plan.ts';
import { type BacktestReport, reportLines } from '../backtest/backtest-report.ts';
import { chooseRules, rulesOfLog, withKnownSymbols, withoutWatchlist } from '../backtest/choose-rules.ts';
import { spreadOptions } from '../backtest/spread-options.ts';
import type { TapeCollection } from '../backtest/tape-collection.ts';
import { tapesOfFiles } from '../backtest/tapes-of-files.ts';
import { tapesOfLog } from '../backtest/tapes-of-log.ts';
import { type Command, type CommandIo, parseArguments } from '../command.ts';
import { writeLines } from '../file-lines.ts';
import { instrumentFilter, listedSymbols, refuseUnknown } from '../instrument-filter.ts';
import { ProgressBar } from '../progress-bar.ts';
import { type OpenedLog, withLog } from '../with-log.ts';

export const backtestCommand: Command = {
  name: 'backtest',
  summary: 'run a rule over the past: its alerts, what followed, and whether random minutes do as well',
  options: backtestOptions,
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
      { name: this.name, options: backtestOptions },
      spreadOptions(args, ['--rule', '--candles']),
    );
    const plan = planOf(given, io);
    if (given.candles.length > 0) return fromFiles(given, plan, io);
    return withLog(io, given.demo, 'read', (opened) => fromLog(given, plan, { io, opened }));
  },
};

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
  // Not each once: two files may be of one instrument.
  const symbols = given.symbols?.split(',').flatMap((symbol) => symbol.trim() || []);
  const tapes = await tapesOfFiles({ files: given.candles, symbols, rules: compiled, names: plan.names }, io);
  return backtest(tapes, rules, plan, io);
}

/** Rules that read the market need every instrument, whatever they are for themselves. */
const needMarket = (rules: readonly RuleDefinition[], { names }: Plan): boolean =>
  rules.some((rule) => readsMarket(prepareRule(rule, names)));

async function fromLog(
  given: Given,
  plan: Plan,
  { io, opened }: { io: CommandIo; opened: OpenedLog },
): Promise<number> {
  const { log, where } = opened;
  const chosen = rulesFor(given, plan, await rulesOfLog(log));
  const listed = await Promise.all(chosen.map((rule) => withoutWatchlist(log, rule)));
  const symbols = listedSymbols(given.symbols, '--symbols');
  const isAsked = instrumentFilter(symbols, undefined);
  const ofAll = needMarket(chosen, plan);
  const { tapes, known } = await tapesOfLog({
    ...{ log, signal: io.signal, isAsked: ofAll ? () => true : isAsked },
    progress: (topic, total) => new ProgressBar(io, `reading ${topic}`, total, true),
  });
  if (!io.signal.aborted) refuseUnknown(symbols, known, `the log in ${where}`, '--symbols');
  const rules = listed.map((rule) => {
    if (symbols === undefined || !ofAll) return withKnownSymbols(rule, known);
    return { ...rule, universe: { ...everything, symbols: [...known].filter(isAsked) } };
  });
  return backtest(tapes, rules, plan, io);
}

async function backtest(
  tapes: TapeCollection,
  rules: readonly RuleDefinition[],
  plan: Plan,
  io: CommandIo,
): Promise<number> {
  const all = tapes.take();
  const watched = all.filter(({ instrument, quote }) => {
    const facts = { instrument, quote, volumeRank: 1 };
    return rules.some(({ universe }) => compileUniverse(universe, undefined).includes(facts));
  });
  const ofAll = needMarket(rules, plan) && watched.length > 0;
  const instruments = ofAll ? all : watched;
  const results = await stepped(runBacktest(instruments, { ...plan, rules }), instruments, io);
  if (results === undefined) return 1;
  const { side, seed, clusterMinutes, format, changeBasis } = plan;
  const market = ofAll ? all.length : null;
  const span = { ...{ side, seed, clusterMinutes, changeBasis, market }, ...spanOf(watched, plan) };
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
