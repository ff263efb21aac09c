/** `screener backfill`: any range of the past into klines.history, resumable whenever it ends. */
import { existsSync } from 'node:fs';
import { ScreenerError } from '@screener/errors';
import { readSettings } from '@screener/service';
import { printCost, printOutcome } from '../backfill/backfill-report.ts';
import { costOf, planJobs, type Wish } from '../backfill/plan-jobs.ts';
import { historyTopic, type Progress, progressTopic, readProgress } from '../backfill/progress-records.ts';
import { isWhole, runBackfill } from '../backfill/run-backfill.ts';
import { lockBackfill } from '../backfill/run-lock.ts';
import { type Command, type CommandIo, type ParsedArguments, parseArguments } from '../command.ts';
import { emptyRange } from '../empty-range.ts';
import { openExchange, shareDefault, shareOption } from '../exchange-client.ts';
import { listedSymbols, symbolOption } from '../instrument-filter.ts';
import { dataDirectory, readProjectTopology, sourceOf } from '../open-project-log.ts';
import { ensureProjectTopics } from '../project-topics.ts';
import { momentOf, timeOption } from '../replay/positions.ts';
import { refuseMixedLog } from '../start/mixed-log.ts';
import { demoOption, jsonOption, type OpenedLog, topicNamed, withLog } from '../with-log.ts';

const exchangeDefault = 'binance:usdm';

const options = {
  from: timeOption('from this minute on: a UTC time such as 2024-11-01, or an age such as 90d'),
  to: timeOption('up to this minute, without it (default: now)'),
  symbol: symbolOption,
  all: { kind: 'flag', about: 'every instrument that the exchange trades, instead of --symbol' },
  quote: { kind: 'text', value: 'ASSET', about: 'only instruments priced in this asset, such as USDT' },
  exchange: { kind: 'text', value: 'NAME', about: 'exchange and market (default binance:usdm)' },
  interval: { kind: 'text', value: 'INTERVAL', about: '1m, which longer bars are made of' },
  share: shareOption,
  'dry-run': { kind: 'flag', about: 'only say what it will fetch, how many requests that takes, and how long' },
  demo: demoOption,
  json: jsonOption,
} as const;

type Given = ParsedArguments<typeof options>['options'];

export const backfillCommand: Command = {
  name: 'backfill',
  summary: 'fetch candles of the past into klines.history; the same command goes on where it was ended',
  options,
  more: [
    'Each instrument comes in order and complete: a minute that the exchange does not have is a flat candle, marked synthetic;',
    'before its first candle there is nothing. Candles and how far they go are written together, so that whatever ends it (Ctrl-C,',
    'kill -9, a full disk), nothing is lost or fetched twice; stretches that are there are left out. The live windows do not read',
    'klines.history, the database does. On Kafka several backfills share the work; an embedded log has one at a time.',
    '',
    'Examples:',
    '  screener backfill --from 2024-11-01 --symbol BTCUSDT,ETHUSDT',
    '  screener backfill --from 730d --all --quote USDT --dry-run',
    '  screener backfill --from 2024-01-01 --to 2025-01-01 --exchange bybit:linear --symbol BTCUSDT --share 90',
  ].join('\n'),
  async run(args, io) {
    const { options: given } = parseArguments({ name: this.name, options }, args);
    const wish = wishOf(given, Date.now());
    if (given['dry-run']) return dryRun({ io, given, wish });
    return withLog(io, given.demo, 'change', (opened) => backfill({ opened, io, given, wish }));
  },
};

function wishOf(given: Given, nowMs: number): Wish {
  const needs = (argument: string): ScreenerError =>
    new ScreenerError('ARGUMENT_MISSING', { command: 'screener backfill', argument });
  if (given.from === undefined) throw needs('--from WHEN');
  const symbols = listedSymbols(given.symbol);
  if ((symbols === undefined) !== given.all) throw needs('either --symbol SYMBOLS or --all');
  if (given.interval !== undefined && given.interval !== '1m') {
    throw new ScreenerError('OPTION_INVALID', {
      ...{
        option: '--interval',
        found: given.interval,
        expected: '1m: longer bars are made of these',
        example: '--interval 1m',
      },
    });
  }
  const minute = (time: number): number => Math.floor(time / 60_000) * 60_000;
  const from = minute(momentOf('--from', given.from, nowMs));
  const to = given.to === undefined ? nowMs : minute(momentOf('--to', given.to, nowMs));
  if (from < to && from >= 0) return { from, to, symbols, quote: given.quote };
  throw emptyRange({ from: given.from, to: given.to });
}

interface Call {
  readonly io: CommandIo;
  readonly given: Given;
  readonly wish: Wish;
}

/** Works without a log, too: then nothing is there yet. */
async function dryRun({ io, given, wish }: Call): Promise<number> {
  const settings = readSettings(io.environment);
  const source = sourceOf(settings, given.demo, existsSync);
  const exchange = openExchange(given.exchange ?? exchangeDefault, { settings, source, io });
  try {
    const partitions = readProjectTopology().find(({ name }) => name === historyTopic)?.partitions ?? 1;
    const jobs = await planJobs({ exchange, wish, partitions, signal: io.signal, notify: notifier(io) });
    const progress = await progressOf(io, given.demo);
    await printCost(io, costOf(jobs, progress, exchange, given.share ?? shareDefault), given.json);
    return 0;
  } finally {
    await exchange.close();
  }
}

async function progressOf(io: CommandIo, demo: boolean): Promise<Progress> {
  let progress: Progress = new Map();
  try {
    await withLog(io, demo, 'read', async ({ log }) => {
      const topics = await log.describeTopics();
      if (topics.some(({ name }) => name === progressTopic)) progress = await readProgress(log);
      return 0;
    });
  } catch (cause) {
    if (!(cause instanceof ScreenerError && cause.code === 'LOG_MISSING')) throw cause;
  }
  return progress;
}

async function backfill({ opened, io, given, wish }: Call & { readonly opened: OpenedLog }): Promise<number> {
  const { log, settings, source } = opened;
  const exchange = openExchange(given.exchange ?? exchangeDefault, { settings, source, io });
  const lock = log.engine === 'embedded' ? lockBackfill(dataDirectory(settings, source)) : undefined;
  const notify = notifier(io);
  try {
    await ensureProjectTopics(log, notify);
    await refuseMixedLog(log, source);
    const partitions = (await topicNamed(opened, historyTopic)).partitions;
    const jobs = await planJobs({ exchange, wish, partitions, signal: io.signal, notify });
    const { share = shareDefault } = given;
    const progress = await readProgress(log);
    const cost = costOf(jobs, progress, exchange, share);
    if (!given.json) await printCost(io, cost, false);
    const outcome = await runBackfill({ log, exchange, jobs, cost, progress, share, io, random: Math.random, notify });
    if (given.json || cost.minutes > 0) await printOutcome(io, outcome, given.json);
    return isWhole(outcome) ? 0 : 1;
  } finally {
    lock?.release();
    await exchange.close();
  }
}

const notifier =
  ({ stderr }: CommandIo) =>
  (text: string): void =>
    void stderr.write(`${text}\n`);
