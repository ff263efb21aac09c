/** `screener explain`: why an alert fired, or why a rule did not, recomputed from the log. */
import { ScreenerError } from '@screener/errors';
import { partitionOf } from '@screener/log';
import { MINUTE_MS } from '@screener/market';
import type { AlertTerm, Explanation } from '@screener/rules';
import { type Command, type CommandIo, parseArguments, writeLine } from '../command.ts';
import { isOfSymbol, refuseUnknown } from '../instrument-filter.ts';
import { ProgressBar } from '../progress-bar.ts';
import { momentOf, timeOption } from '../replay/positions.ts';
import {
  type ExplainedMoment,
  explainMoment,
  type FoundSummarised,
  findAlert,
  instrumentsOf,
  type MomentAsked,
} from '../rules/explain-moment.ts';
import { findRule, readRules } from '../rules/kept-rules.ts';
import { isoTime, textTable } from '../text-table.ts';
import { demoOption, jsonOption, type OpenedLog, topicNamed, withLog } from '../with-log.ts';

const options = {
  rule: { kind: 'text', value: 'ID', about: 'the rule that did not fire (or did)', example: '--rule big_bull_60m' },
  symbol: {
    kind: 'text',
    value: 'SYMBOL',
    about: 'on this symbol (BTCUSDT) or instrument (binance:usdm:BTCUSDT)',
    example: '--symbol BTCUSDT',
  },
  at: timeOption('in the minute that ended then or at the newest end before (UTC), or so long ago'),
  demo: demoOption,
  json: jsonOption,
} as const;

export const explainCommand: Command = {
  name: 'explain',
  summary: 'why an alert fired, term by term; or why a rule did not fire: recomputed from the log',
  positionals: ['[alert-id]'],
  options,
  more: [
    'The alerter runs once more over what the log recorded of the instrument, with rules, market and listings as they were in',
    'force. What is older than the topic metrics.closed (48 hours) cannot be recomputed; that the rule fired before, and when, is',
    'known from the topic alerts (30 days), and of what is older from the newest snapshot of the alerter.',
    '',
    'Examples:',
    '  screener explain de6e74b6-62f6-885b-9aef-f818b7a7f923',
    '  screener explain --rule big_bull_60m --symbol BTCUSDT --at 2026-01-31T14:05',
  ].join('\n'),
  async run(args, io) {
    const { options: given, positionals } = parseArguments({ name: this.name, options }, args, this.positionals);
    const [id] = positionals;
    const { rule, symbol, at } = given;
    if (id === undefined) {
      for (const [option, value] of [
        ['--rule', rule],
        ['--symbol', symbol],
        ['--at', at],
      ] as const) {
        if (value !== undefined) continue;
        const example = 'screener explain --rule big_bull_60m --symbol BTCUSDT --at 5m';
        throw new ScreenerError('OPTION_INVALID', {
          option,
          found: '',
          expected: 'a value, or the id of an alert',
          example,
        });
      }
    }
    return withLog(io, given.demo, 'read', async (opened) => {
      await topicNamed(opened, 'metrics.closed');
      const answer =
        id === undefined
          ? await whyNot(opened, { rule: rule ?? '', symbol: symbol ?? '', at: at ?? '' }, io)
          : await why(opened, id, io);
      const lines = given.json ? [JSON.stringify(answer.facts)] : answer.lines;
      for (const line of lines) await writeLine(io.stdout, line);
      return 0;
    });
  },
};

interface Answer {
  readonly lines: readonly string[];
  readonly facts: unknown;
}

/** The moment as the log tells it, with a bar while it is read; Ctrl-C ends it. */
async function recomputed(
  { log, settings }: OpenedLog,
  asked: Omit<MomentAsked, 'read'>,
  io: CommandIo,
): Promise<readonly ExplainedMoment[]> {
  const offsets = await log.offsets('metrics.closed');
  const { beginning = 0, end = 0 } = offsets.find(({ partition }) => partition === asked.partition) ?? {};
  const bar = new ProgressBar(io, `reading metrics.closed of ${asked.instrument}`, end - beginning, true);
  try {
    return await explainMoment(log, settings, {
      ...asked,
      read(records) {
        io.signal.throwIfAborted();
        bar.advance(records);
      },
    });
  } finally {
    bar.end();
  }
}

async function why(opened: OpenedLog, id: string, io: CommandIo): Promise<Answer> {
  const found = await findAlert(opened.log, id, io.signal);
  if ('summary' in found) return whyTogether(opened, id, found, io);
  const { alert, partition, input, later } = found;
  const { instrument, rule, openTime, ruleVersion, title } = alert;
  const moments = await recomputed(opened, { instrument, rule, openTime, partition }, io);
  const moment = moments.find(({ alerts }) => alerts.some((again) => again.id === id));
  const again = moment?.alerts.find((each) => each.id === id);
  const verdict =
    again === undefined
      ? 'not recomputed: the log does not hold enough of the past any more'
      : JSON.stringify(again) === JSON.stringify(alert)
        ? 'recomputed: the same'
        : 'recomputed: different';
  const head = textTable(
    [
      ['alert', id],
      ['rule', `${rule} version ${ruleVersion}: ${title}`],
      ['instrument', instrument],
      ['minute', isoTime(openTime)],
      ['triggered', `${isoTime(alert.triggeredAt)}${alert.provisional ? ', on a price in progress' : ''}`],
      ['price', `${alert.price}`],
      ['input', input ?? 'not recorded'],
      ['result', verdict],
      ...later.map(({ type, reason }) => [type === 'AlertAmended' ? 'amended' : 'retracted', reason]),
    ],
    ['left', 'left'],
  );
  const terms = again?.terms ?? alert.terms ?? [];
  return {
    lines: [...head, '', ...termTable(terms)],
    facts: { alert, input, verdict, later, recomputed: again ?? null },
  };
}

/** Of an alert beyond those that its minute may have only the id was told: all else is recomputed. */
async function whyTogether(
  opened: OpenedLog,
  id: string,
  { rule, partition, summary }: FoundSummarised,
  io: CommandIo,
): Promise<Answer> {
  const { instrument, openTime, count, limit } = summary;
  const moments = await recomputed(opened, { instrument, rule, openTime, partition }, io);
  const told = `together with others, ${count} in all: the minute may have ${limit} alerts (ALERTS_PER_MINUTE_MAX)`;
  const head = textTable(
    [
      ['alert', id],
      ['told', told],
    ],
    ['left', 'left'],
  );
  return {
    lines: [...head, '', ...textOf(instrument, openTime, moments)],
    facts: { id, rule, instrument, openTime, count, limit, moments },
  };
}

async function whyNot(
  opened: OpenedLog,
  asked: { rule: string; symbol: string; at: string },
  io: CommandIo,
): Promise<Answer> {
  const { log, where } = opened;
  findRule(await readRules(log), asked.rule);
  const known = await instrumentsOf(log);
  refuseUnknown([asked.symbol], known, where);
  const time = momentOf('--at', asked.at, Date.now());
  const openTime = Math.floor(time / MINUTE_MS) * MINUTE_MS - MINUTE_MS;
  const partitions = (await log.offsets('metrics.closed')).length;
  const answers = [];
  for (const instrument of known.filter((each) => isOfSymbol(each, asked.symbol))) {
    const partition = partitionOf(instrument, partitions);
    const moments = await recomputed(opened, { instrument, rule: asked.rule, openTime, partition }, io);
    answers.push({ instrument, moments });
  }
  return {
    lines: answers.flatMap(({ instrument, moments }) => textOf(instrument, openTime, moments)),
    facts: answers.map(({ instrument, moments }) => ({ instrument, openTime, moments })),
  };
}

function textOf(instrument: string, openTime: number, moments: readonly ExplainedMoment[]): readonly string[] {
  if (moments.length === 0) return [`${instrument} ${isoTime(openTime)}: the log has no numbers of that minute`];
  return moments.flatMap(({ explanation }) => [...momentText(explanation), '', ...termTable(explanation.terms), '']);
}

function momentText({ instrument, openTime, at, closed, price, rule, fires, reason }: Explanation): readonly string[] {
  const version = rule === undefined ? '' : ` version ${rule.definition.version}`;
  return textTable(
    [
      ['rule', `${rule?.definition.rule ?? '-'}${version}`],
      ['instrument', instrument],
      ['minute', `${isoTime(openTime)}, price ${price}${closed ? '' : `, in progress at ${isoTime(at)}`}`],
      [fires ? 'fires' : 'does not fire', reason],
    ],
    ['left', 'left'],
  );
}

function termTable(terms: readonly AlertTermLike[]): readonly string[] {
  if (terms.length === 0) return ['no terms'];
  const rows = terms.map(({ term, element, left, leftText, right, rightText, held }) => [
    held === null ? 'absent' : held ? 'yes' : 'no',
    element ? `${element}: ${term}` : term,
    leftText ?? (left === null ? '-' : `${left}`),
    rightText ?? (right === null ? '-' : `${right}`),
  ]);
  return textTable([['holds', 'term', 'left', 'right'], ...rows], ['left', 'left', 'right', 'right']);
}

type AlertTermLike = Pick<AlertTerm, 'term' | 'left' | 'right' | 'held'> & {
  readonly element?: string | null | undefined;
  readonly leftText?: string | null | undefined;
  readonly rightText?: string | null | undefined;
};
