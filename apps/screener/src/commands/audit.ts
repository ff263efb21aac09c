/** `screener audit`: what became of every minute of every instrument, from the log alone. */
import { type Exchange, RateLimits } from '@screener/exchanges';
import { type AuditReport, hasFaults, printJson, printTables } from '../audit/audit-report.ts';
import { minuteOf } from '../audit/instrument-audit.ts';
import { type AuditRange, type CoverageReport, readCoverage } from '../audit/read-coverage.ts';
import { verify } from '../audit/verify.ts';
import { type Command, type CommandIo, type ParsedArguments, parseArguments } from '../command.ts';
import { emptyRange } from '../empty-range.ts';
import { openExchange, requireAddress, shareOption } from '../exchange-client.ts';
import { checkedExchange, instrumentFilter, listedSymbols, refuseUnknown, symbolOption } from '../instrument-filter.ts';
import { ProgressBar } from '../progress-bar.ts';
import { momentOf, timeOption } from '../replay/positions.ts';
import { demoOption, jsonOption, type OpenedLog, topicNamed, withLog } from '../with-log.ts';

const options = {
  from: timeOption(
    'from this minute on: a UTC time such as 2026-01-31T14:00, or an age such as 2d (default: the first candle)',
  ),
  to: timeOption(
    'up to this minute, without it, whether or not there are minute markers (default: the newest minute marker)',
  ),
  symbol: symbolOption,
  exchange: { kind: 'text', value: 'NAME', about: 'only instruments of this exchange and market (binance:usdm)' },
  all: { kind: 'flag', about: 'a row for every instrument, not only for those with something wrong' },
  verify: { kind: 'flag', about: 'fetch the same minutes from the exchange and compare their values' },
  share: shareOption,
  demo: demoOption,
  json: jsonOption,
} as const;

type Given = ParsedArguments<typeof options>['options'];

export const auditCommand: Command = {
  name: 'audit',
  summary: 'say of every minute of every instrument what became of it; exit code 1 when anything is missing or doubled',
  options,
  more: [
    'A minute is one of: received (pushed by the exchange), repaired (fetched), empty (without trades, a flat candle),',
    'corrected (stated otherwise later), halted (not traded then, by the topic instruments), unwatched (after the last',
    'record of an instrument that is no longer collected: no minute marker asks for it), or missing: a gap, or no record.',
    'What should have come after the newest marker of a partition is missing, too: up to --to, or to the newest of all.',
    'A candle that comes twice is doubled, one after a later minute disordered; neither may ever be.',
    'With --verify a difference from what the exchange says now makes the exit code 1, too; what was delisted and is not known',
    'to the exchange any more is left out.',
    '',
    'Examples:',
    '  screener audit',
    '  screener audit --from 2d --symbol BTCUSDT,ETHUSDT --all',
    '  screener audit --from 2026-01-31 --to 2026-02-01 --verify --json',
  ].join('\n'),
  async run(args, io) {
    const { options: given } = parseArguments({ name: this.name, options }, args);
    const range = rangeOf(given, Date.now());
    const symbols = listedSymbols(given.symbol);
    const isAsked = instrumentFilter(symbols, checkedExchange(given.exchange));
    return withLog(io, given.demo, 'read', async (opened) => {
      await topicNamed(opened, 'klines.closed');
      await topicNamed(opened, 'instruments');
      const coverage = await covered({ opened, io, range, isAsked, symbols });
      if (io.signal.aborted) return 1;
      refuseUnknown(symbols, coverage.known, `the log in ${opened.where}`);
      const verifications = given.verify ? await verified(coverage, { opened, io, given }) : undefined;
      if (io.signal.aborted) return 1;
      const report: AuditReport = { ...coverage, verifications };
      if (given.json) await printJson(io, report);
      else await printTables(io, report, given.all);
      return hasFaults(report) ? 1 : 0;
    });
  },
};

/** The minute that ended last is still on its way. */
const settleMinutes = 1;

function rangeOf({ from, to }: Given, nowMs: number): AuditRange {
  const range = {
    from: from === undefined ? Number.NEGATIVE_INFINITY : Math.ceil(momentOf('--from', from, nowMs) / 60_000),
    to: to === undefined ? Number.POSITIVE_INFINITY : minuteOf(momentOf('--to', to, nowMs)),
    settled: minuteOf(nowMs) - settleMinutes,
  };
  const past = to === undefined ? minuteOf(nowMs) : range.to;
  if (range.from < past) return range;
  throw emptyRange({ from: from ?? 'beginning', to });
}

interface Covered {
  readonly opened: OpenedLog;
  readonly io: CommandIo;
  readonly range: AuditRange;
  readonly isAsked: (instrument: string) => boolean;
  readonly symbols: readonly string[] | undefined;
}

async function covered({ opened, io, ...options }: Covered): Promise<CoverageReport> {
  let bar: ProgressBar | undefined;
  const progress = (total: number): ProgressBar => {
    bar = new ProgressBar(io, 'reading klines.closed', total, true);
    return bar;
  };
  try {
    return await readCoverage({ log: opened.log, ...options, signal: io.signal, progress });
  } finally {
    bar?.end();
  }
}

async function verified(
  { findings }: CoverageReport,
  { opened, io, given }: { opened: OpenedLog; io: CommandIo; given: Given },
) {
  const { log, settings, source } = opened;
  requireAddress(source, io.environment);
  const clients = new Map<string, Exchange>();
  const limits = new RateLimits();
  const exchangeOf = (name: string): Exchange => {
    const client = clients.get(name) ?? openExchange(name, { settings, source, io, limits });
    clients.set(name, client);
    return client;
  };
  const minutes = findings.reduce((sum, { from, to }) => sum + to - from, 0);
  const bar = new ProgressBar(io, 'comparing with the exchange', minutes, true);
  try {
    const advance = (count: number): void => bar.advance(count);
    return await verify(findings, { log, exchangeOf, share: given.share, signal: io.signal, advance });
  } finally {
    bar.end();
    await Promise.all([...clients.values()].map((client) => client.close()));
  }
}
