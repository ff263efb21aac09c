/** `screener replay`: the events of a topic, from anywhere to anywhere, for people, spreadsheets and other programs. */
import { performance } from 'node:perf_hooks';
import { ScreenerError } from '@screener/errors';
import { type EventName, eventNameOf, learnSchema, schemaTexts, UndecodableEvent } from '@screener/events';
import type { LogRecord, TopicDescription } from '@screener/log';
import { type ByteOutput, openByteOutput } from '../byte-output.ts';
import { type Command, type CommandIo, type ParsedArguments, parseArguments } from '../command.ts';
import { readProjectTopology } from '../open-project-log.ts';
import { ProgressBar } from '../progress-bar.ts';
import { positionOf, stopOf } from '../replay/positions.ts';
import { type Range, readRange } from '../replay/read-range.ts';
import { formatNames, isFormatName, type RecordFormat, recordFormat } from '../replay/record-format.ts';
import { grouped } from '../text-table.ts';
import { demoOption, type OpenedLog, topicNamed, withLog } from '../with-log.ts';

const options = {
  from: {
    kind: 'text',
    value: 'WHERE',
    about:
      'beginning (default), end, an offset such as @1500, a UTC time such as 2026-01-31T14:00, or an age such as 2h; times are event times',
  },
  to: {
    kind: 'text',
    value: 'WHERE',
    about: 'only events before that offset or that time (default: the end as it is now)',
  },
  symbol: {
    kind: 'text',
    value: 'SYMBOL',
    about: 'only events of this symbol (BTCUSDT) or instrument (binance:usdm:BTCUSDT)',
  },
  key: { kind: 'text', value: 'KEY', about: 'only events with exactly this key' },
  event: { kind: 'text', value: 'NAME', about: 'only events of this kind, such as KlineClosed' },
  partition: { kind: 'whole', value: 'N', about: 'only this partition', example: '3' },
  limit: { kind: 'whole', value: 'N', about: 'stop after N events', example: '100', least: 1 },
  follow: { kind: 'flag', short: 'f', about: 'go on as new events come, until Ctrl-C or --to' },
  format: {
    kind: 'text',
    value: 'FORMAT',
    about: 'jsonl (default), csv, or avro (an object container file); csv and avro take one kind of event, see --event',
  },
  output: { kind: 'text', short: 'o', value: 'FILE', about: 'write to a file, gzipped where its name ends with .gz' },
  demo: demoOption,
} as const;

type Given = ParsedArguments<typeof options>['options'];

export const replayCommand: Command = {
  name: 'replay',
  summary: 'print the events of a topic, from any offset or time, as JSON lines, CSV or Avro',
  positionals: ['<topic>'],
  options,
  more: [
    'Events come in order per partition, and so per key; partitions take turns. Slices add up: --from A --to B and',
    '--from B --to C are --from A --to C. Beside a running screener start it reads what that has written.',
    '',
    'Examples:',
    '  screener replay klines.closed --from 2h --symbol BTCUSDT',
    '  screener replay alerts --from 2026-01-31T14:00 --to 2026-01-31T15:00',
    '  screener replay metrics.closed --from end --follow',
    '  screener replay klines.closed --event KlineClosed --symbol BTCUSDT --format csv --output btc.csv',
    '  screener metrics --candles btc.csv',
  ].join('\n'),
  async run(args, io) {
    const { options: given, positionals } = parseArguments({ name: this.name, options }, args, this.positionals);
    return withLog(io, given.demo, 'read', async (opened) => {
      const topic = await topicNamed(opened, positionals[0] ?? '');
      const { format, event } = formatOf(given, topic);
      if (topic.live && (await opened.log.offsets(topic.name)).every(({ beginning, end }) => beginning === end)) {
        io.stderr.write(`${topic.name} is empty: embedded, it lives in the memory of a running screener start\n`);
      }
      const range = rangeOf(given, topic);
      if (given.format === 'avro' && given.output === undefined && isTerminal(io)) {
        throw wrong('--output', '', 'a file or a pipe, since Avro is not for terminals', `--output ${topic.name}.avro`);
      }
      const output = openByteOutput(io, given.output);
      return replay({ opened, io, given, range, format, event, output });
    });
  },
};

interface Replay {
  readonly opened: OpenedLog;
  readonly io: CommandIo;
  readonly given: Given;
  readonly range: Range;
  readonly format: RecordFormat;
  readonly event: EventName | undefined;
  readonly output: ByteOutput;
}

async function replay({ opened, io, given, range, format, event, output }: Replay): Promise<number> {
  const began = performance.now();
  const filter = filterOf(given, event);
  const progress = await progressOf(io, given, opened, range);
  let left = given.limit ?? Number.POSITIVE_INFINITY;
  let written = 0;
  let leftOut = 0;
  try {
    if (format.head !== undefined) await output.write(format.head);
    for await (const { records, positions } of readRange(opened.log, range, io.signal)) {
      for (const record of records) {
        if (left <= 0) break;
        if (!filter(record)) continue;
        if (await appended(format, record)) {
          written++;
          left--;
        } else leftOut++;
      }
      await output.write(format.take());
      progress.reach(positions);
      if (left <= 0 || output.gone) break;
    }
    await output.end();
  } finally {
    progress.end();
  }
  const what =
    leftOut === 1 ? 'record is no event that can be read, and was' : 'records are no events that can be read, and were';
  if (leftOut > 0) io.stderr.write(`${grouped(leftOut)} ${what} left out\n`);
  if (given.output !== undefined) {
    const seconds = (performance.now() - began) / 1_000;
    const rate = seconds > 0.1 ? `, ${grouped(Math.round(written / seconds))} a second` : '';
    const megabytes = (output.bytes / 1e6).toFixed(1);
    io.stderr.write(
      `${grouped(written)} events, ${megabytes} MB, to ${given.output} in ${seconds.toFixed(1)} s${rate}\n`,
    );
  }
  return 0;
}

/** A schema that a registry learned of since the start is asked for; what nobody knows is left out, or shown as bytes. */
async function appended(format: RecordFormat, record: LogRecord, retried = false): Promise<boolean> {
  try {
    return format.append(record);
  } catch (cause) {
    if (!(cause instanceof UndecodableEvent)) throw cause;
    if (!retried && (await learnSchema(cause))) return appended(format, record, true);
    format.appendUndecodable?.(record, cause.reason);
    return format.appendUndecodable !== undefined;
  }
}

function formatOf(given: Given, topic: TopicDescription): { format: RecordFormat; event: EventName | undefined } {
  const name = given.format ?? 'jsonl';
  if (!isFormatName(name)) throw wrong('--format', name, `one of ${formatNames.join(', ')}`, '--format csv');
  // Kafka knows nothing of events, and the file of the embedded log only what the version knew that made it.
  const known = readProjectTopology().find((spec) => spec.name === topic.name)?.events ?? Object.keys(schemaTexts);
  const event = given.event ?? (known.length === 1 && name !== 'jsonl' ? known[0] : undefined);
  if (event === undefined && name !== 'jsonl') {
    throw new ScreenerError('FORMAT_NEEDS_EVENT', { format: name, topic: topic.name, expected: known.join(' or ') });
  }
  if (event !== undefined && !(known.includes(event) && isEventName(event))) {
    throw wrong('--event', event, `one of ${known.join(', ')}`, `--event ${known[0] ?? ''}`);
  }
  return { format: recordFormat(name, event), event };
}

const isEventName = (text: string): text is EventName => Object.hasOwn(schemaTexts, text);

function rangeOf(given: Given, topic: TopicDescription): Range {
  const { partition } = given;
  if (partition !== undefined && partition >= topic.partitions) {
    throw wrong(
      '--partition',
      String(partition),
      `a partition of ${topic.name}: 0 to ${topic.partitions - 1}`,
      '--partition 0',
    );
  }
  const all = Array.from({ length: topic.partitions }, (_, index) => index);
  const partitions = partition === undefined ? all : [partition];
  const nowMs = Date.now();
  return {
    topic: topic.name,
    partitions,
    from: positionOf(given.from ?? 'beginning', nowMs, partitions),
    stop: stopOf(given.to, nowMs),
    follow: given.follow,
  };
}

function filterOf(given: Given, event: EventName | undefined): (record: LogRecord) => boolean {
  const { symbol, key } = given;
  const suffix = `:${symbol}`;
  return (record) =>
    (key === undefined || record.key === key) &&
    (symbol === undefined || isOfSymbol(record.key, symbol, suffix)) &&
    // What cannot be read may be of that kind: it is counted, and not passed over in silence.
    (event === undefined || (record.value !== null && (eventNameOf(record.value) ?? event) === event));
}

/** Keys begin with the instrument wherever there is one. */
function isOfSymbol(key: string | null, symbol: string, suffix: string): boolean {
  if (key === null) return false;
  if (key === symbol || key.endsWith(suffix)) return true;
  const [first = ''] = key.split('/', 1);
  return first === symbol || first.endsWith(suffix);
}

/** How far reading has come in all partitions together; nothing where it has no end. */
async function progressOf(
  io: CommandIo,
  given: Given,
  { log }: OpenedLog,
  { topic, partitions, follow }: Range,
): Promise<{ reach(positions: ReadonlyMap<number, number>): void; end(): void }> {
  const offsets = follow ? [] : (await log.offsets(topic)).filter(({ partition }) => partitions.includes(partition));
  const total = offsets.reduce((sum, { beginning, end }) => sum + end - beginning, 0);
  const bar = new ProgressBar(io, topic, total, given.output !== undefined);
  const begins = new Map(offsets.map(({ partition, beginning }) => [partition, beginning]));
  const reached = new Map(begins);
  return {
    reach(positions) {
      let advanced = 0;
      for (const [partition, position] of positions) {
        const before = reached.get(partition);
        if (before === undefined || position <= before) continue;
        advanced += position - before;
        reached.set(partition, position);
      }
      if (!follow) bar.advance(advanced);
    },
    end: () => bar.end(),
  };
}

const wrong = (option: string, found: string, expected: string, example: string): ScreenerError =>
  new ScreenerError('OPTION_INVALID', { option, found, expected, example });

const isTerminal = ({ stdout }: CommandIo): boolean => 'isTTY' in stdout && stdout.isTTY === true;
