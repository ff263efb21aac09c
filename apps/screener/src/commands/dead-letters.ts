/** `screener dead-letters list|show|retry`: what could not be processed, why, and once more. */
import { reasonOf } from '@screener/errors';
import { decodeEvent } from '@screener/events';
import { type Command, parseArguments, writeLine } from '../command.ts';
import { deadLettersTopic, type FoundDeadLetter, findDeadLetter, readDeadLetters, retryOf } from '../dead-letters.ts';
import { grouped, isoTime, textTable, timeText } from '../text-table.ts';
import { demoOption, jsonOption, topicNamed, withLog } from '../with-log.ts';

const LIST_LIMIT = 100;

const listOptions = {
  group: { kind: 'text', value: 'GROUP', about: 'only what this consumer group could not process' },
  topic: { kind: 'text', value: 'TOPIC', about: 'only records of this topic' },
  limit: {
    kind: 'whole',
    value: 'N',
    about: `the newest N (default ${LIST_LIMIT})`,
    example: '20',
    least: 1,
    most: 100_000,
  },
  demo: demoOption,
  json: jsonOption,
} as const;

const aboutIds = 'An id is topic/partition/offset@group: where the record lies, and who could not process it.';

export const deadLettersListCommand: Command = {
  name: 'dead-letters list',
  summary: 'list records that could not be processed, the newest last',
  options: listOptions,
  more: `${aboutIds}\nThe topic dead-letters keeps them for 30 days.`,
  async run(args, io) {
    const given = parseArguments({ name: this.name, options: listOptions }, args).options;
    return withLog(io, given.demo, 'read', async (opened) => {
      await topicNamed(opened, deadLettersTopic);
      const limit = given.limit ?? LIST_LIMIT;
      let newest: FoundDeadLetter[] = [];
      let count = 0;
      for await (const letters of readDeadLetters(opened.log, io.signal)) {
        const wanted = letters.filter(
          ({ letter: { group, topic } }) =>
            (given.group === undefined || group === given.group) &&
            (given.topic === undefined || topic === given.topic),
        );
        count += wanted.length;
        newest = [...newest, ...wanted].sort(byTime).slice(-limit);
      }
      if (given.json) for (const found of newest) await writeLine(io.stdout, JSON.stringify(factsOf(found)));
      else {
        const rows = newest.map(({ id, letter }) => [
          timeText(letter.timestamp),
          id,
          letter.key ?? '-',
          letter.reason.slice(0, 120),
        ]);
        const lines = textTable([['event time', 'id', 'key', 'reason'], ...rows], ['left', 'left', 'left', 'left']);
        for (const line of count === 0 ? ['no dead letters'] : lines) await writeLine(io.stdout, line);
        if (count > newest.length)
          await writeLine(io.stdout, `${grouped(count - newest.length)} older ones: --limit N shows more`);
      }
      return 0;
    });
  },
};

const byTime = (a: FoundDeadLetter, b: FoundDeadLetter): number =>
  a.letter.timestamp - b.letter.timestamp || (a.id < b.id ? -1 : 1);

const oneOptions = { demo: demoOption, json: jsonOption } as const;

export const deadLettersShowCommand: Command = {
  name: 'dead-letters show',
  summary: 'show a record that could not be processed: its bytes, what they say, the reason and the stack',
  positionals: ['<id>'],
  options: oneOptions,
  more: aboutIds,
  async run(args, io) {
    const { options: given, positionals } = parseArguments(
      { name: this.name, options: oneOptions },
      args,
      this.positionals,
    );
    return withLog(io, given.demo, 'read', async (opened) => {
      await topicNamed(opened, deadLettersTopic);
      const found = await findDeadLetter(opened.log, positionals[0] ?? '', io.signal);
      const lines = given.json ? [JSON.stringify(factsOf(found))] : shown(found);
      for (const line of lines) await writeLine(io.stdout, line);
      return 0;
    });
  },
};

export const deadLettersRetryCommand: Command = {
  name: 'dead-letters retry',
  summary: 'append a record that could not be processed to its topic once more, for every group that reads it',
  positionals: ['<id>'],
  options: oneOptions,
  more: [
    aboutIds,
    'Key, bytes, time and partition are those of the record; a header tells that it is a retry, and of what. It stands at the',
    'end of its partition then, and every group that reads the topic meets it there, also those that had processed it: first',
    'put right what could not process it. The dead letter stays in the list.',
  ].join('\n'),
  async run(args, io) {
    const { options: given, positionals } = parseArguments(
      { name: this.name, options: oneOptions },
      args,
      this.positionals,
    );
    return withLog(io, given.demo, 'change', async (opened) => {
      const { log } = opened;
      await topicNamed(opened, deadLettersTopic);
      const found = await findDeadLetter(log, positionals[0] ?? '', io.signal);
      const record = retryOf(found);
      await topicNamed(opened, record.topic);
      const writer = log.writer();
      await writer.append([record]);
      await writer.close();
      const { topic, partition = 0, key, value } = record;
      const { end = 0 } = (await log.offsets(topic)).find((place) => place.partition === partition) ?? {};
      const done = { id: found.id, topic, partition, key, bytes: value?.length ?? 0, end };
      const text = `appended ${sizeText(value)} with key ${key ?? '(none)'} to ${topic} partition ${partition}, which now ends at ${grouped(end)}`;
      await writeLine(io.stdout, given.json ? JSON.stringify(done) : text);
      return 0;
    });
  },
};

const sizeText = (value: Uint8Array | null): string =>
  value === null ? 'a tombstone' : `${grouped(value.length)} bytes`;

function factsOf({ id, letter, record }: FoundDeadLetter): Record<string, unknown> {
  const { group, topic, partition, offset, timestamp, key = null, value = null, headers, reason, stack } = letter;
  const bytes = value === null ? null : Buffer.from(value).toString('base64');
  const place = { partition: record.partition, offset: record.offset };
  return {
    id,
    group,
    topic,
    partition,
    offset,
    timestamp: isoTime(timestamp),
    key,
    value: bytes,
    headers,
    reason,
    stack,
    place,
  };
}

const BYTES_PER_LINE = 16;
const BYTES_SHOWN_MAX = 1_024;

function shown({ id, letter }: FoundDeadLetter): string[] {
  const { group, topic, partition, offset, timestamp, key, value = null, headers, reason, stack } = letter;
  const facts = textTable(
    [
      ['group', group],
      ['record', `${topic} partition ${partition} offset ${offset}`],
      ['event time', `${timeText(timestamp)} UTC`],
      ['key', key ?? '(none)'],
      ...Object.entries(headers).map(([name, text]) => ['header', `${name}: ${text}`]),
      ['reason', reason],
    ],
    ['left', 'left'],
  );
  const lines = [id, ...facts.map((line) => `  ${line}`)];
  if (value === null) lines.push('', 'value: none, a tombstone');
  else lines.push('', `value: ${grouped(value.length)} bytes, ${contentText(value)}`, ...hexLines(value));
  return stack === '' ? lines : [...lines, '', ...stack.split('\n')];
}

function contentText(value: Uint8Array): string {
  try {
    const { type, event } = decodeEvent(value);
    return `a ${type}: ${JSON.stringify(event)}`;
  } catch (cause) {
    return reasonOf(cause);
  }
}

function hexLines(value: Uint8Array): string[] {
  const lines: string[] = [];
  for (let at = 0; at < Math.min(value.length, BYTES_SHOWN_MAX); at += BYTES_PER_LINE) {
    const bytes = [...value.subarray(at, at + BYTES_PER_LINE)];
    const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = bytes.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`  ${at.toString(16).padStart(4, '0')}  ${hex.padEnd(BYTES_PER_LINE * 3 - 1)}  ${text}`);
  }
  if (value.length > BYTES_SHOWN_MAX)
    lines.push(`  … ${grouped(value.length - BYTES_SHOWN_MAX)} more bytes: --json has all of them`);
  return lines;
}
