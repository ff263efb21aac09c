import { existsSync } from 'node:fs';
import { reasonOf, ScreenerError } from '@screener/errors';
import { decodeEvent } from '@screener/events';
import type { LogRecord, Position } from '@screener/log';
import { readSettings } from '@screener/service';
import { type Command, parseArguments, writeLine } from '../command.ts';
import { openProjectLog, sourceOf } from '../open-project-log.ts';

const options = {
  from: {
    kind: 'text',
    value: 'WHERE',
    about: 'beginning (default), end, an offset such as @1500, a time such as 2026-01-31T14:00Z, or an age such as 2h',
  },
  symbol: {
    kind: 'text',
    value: 'SYMBOL',
    about: 'only events of this symbol (BTCUSDT) or instrument (binance:usdm:BTCUSDT)',
  },
  limit: { kind: 'whole', value: 'N', about: 'stop after N events', example: '100', least: 1 },
  follow: { kind: 'flag', about: 'go on as new events come, until Ctrl-C' },
  demo: { kind: 'flag', about: 'the log of simulated data (embedded only)' },
} as const;

export const replayCommand: Command = {
  name: 'replay',
  summary: 'print the events of a topic as JSON lines, from any offset or time',
  positionals: '<topic>',
  options,
  more: 'Examples:\n  screener replay klines.closed --from 2h --symbol BTCUSDT\n  screener replay alerts --from 2026-01-31T14:00Z\n  screener replay metrics.closed --from end --follow',
  async run(args, io) {
    const { options: given, positionals } = parseArguments({ name: this.name, options }, args, ['topic']);
    const topic = positionals[0];
    if (topic === undefined)
      throw new ScreenerError('OPTION_INVALID', {
        option: '<topic>',
        found: '',
        expected: 'the name of a topic',
        example: 'screener replay alerts',
      });
    const settings = readSettings(io.environment);
    const log = await openProjectLog(settings, sourceOf(settings, given.demo, existsSync), 'read', (text) =>
      io.stderr.write(`${text}\n`),
    );
    try {
      const { length: partitions } = await log.offsets(topic);
      const from = positionOf(given.from ?? 'beginning', Date.now(), partitions);
      const reader = log.reader({ topic, from, ...(!given.follow && { until: 'end' as const }) });
      const stop = (): void => void reader.close();
      io.signal.addEventListener('abort', stop, { once: true });
      let left = given.limit ?? Number.POSITIVE_INFINITY;
      for await (const batch of reader) {
        for (const record of batch) {
          if (!concerns(record, given.symbol)) continue;
          await writeLine(io.stdout, JSON.stringify(shown(record)));
          if (--left <= 0) break;
        }
        if (left <= 0 || io.signal.aborted) break;
      }
      io.signal.removeEventListener('abort', stop);
      await reader.close();
      return 0;
    } finally {
      await log.close();
    }
  },
};

const unitsMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads what people write for a place in a topic. */
export function positionOf(text: string, nowMs: number, partitions: number): Position {
  if (text === 'beginning' || text === 'end') return text;
  const offset = /^@(\d+)$/.exec(text);
  if (offset)
    return { offsets: new Map(Array.from({ length: partitions }, (_, partition) => [partition, Number(offset[1])])) };
  const age = /^-?(\d+)([smhd])$/.exec(text);
  if (age) return { time: nowMs - Number(age[1]) * (unitsMs[age[2] ?? 's'] ?? 0) };
  const time = /^\d{4}-\d{2}-\d{2}/.test(text)
    ? Date.parse(/T.*(Z|[+-]\d{2}:?\d{2})$/.test(text) ? text : `${text.includes('T') ? text : `${text}T00:00`}Z`)
    : Number.NaN;
  if (!Number.isNaN(time)) return { time };
  throw new ScreenerError('OPTION_INVALID', {
    option: '--from',
    found: text,
    expected: 'beginning, end, @offset, a UTC time or an age',
    example: '--from 2h, --from @1500 or --from 2026-01-31T14:00Z',
  });
}

const concerns = (record: LogRecord, symbol: string | undefined): boolean =>
  symbol === undefined || record.key === symbol || record.key?.split('/')[0]?.endsWith(`:${symbol}`) === true;

function shown(record: LogRecord): Record<string, unknown> {
  const place = {
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    timestamp: new Date(record.timestamp).toISOString(),
    key: record.key,
  };
  if (record.value === null) return { ...place, type: null };
  try {
    const { type, event } = decodeEvent(record.value);
    return { ...place, type, event };
  } catch (cause) {
    return { ...place, undecodable: reasonOf(cause), bytes: Buffer.from(record.value).toString('base64') };
  }
}
