import { describe, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { logOf } from '../log-of-engine.ts';
import type { LogRecord, NewRecord, ProcessorDefinition, Reader, Writer } from '../port.ts';
import { type Bench, bytes, text, until } from './bench.ts';
import { engineMethods } from './engine-methods.ts';
import { Ledger } from './ledger-task.ts';

export function describeLiveTopics(bench: Bench): void {
  /** Answers each live record with what is known of its key; throws where the record says so. */
  const withLive = (ledger: Ledger, live: string, liveOut: string): ProcessorDefinition => ({
    ...ledger.definition,
    live: [live],
    task: (partition: number) =>
      Object.assign(ledger.definition.task(partition), {
        applyLive: ({ key, value }: LogRecord, emit: (output: NewRecord) => void) => {
          if (text(value) === 'poison') throw new Error('not with me');
          const known = key === null ? undefined : ledger.tasks.get(partition)?.accounts.get(key);
          emit({ topic: liveOut, key, value: bytes(`${known?.count} ${text(value)}`), timestamp: 1, partition });
        },
      }),
  });
  const opened = async () => {
    const live = await bench.topic('live-in', { live: true });
    const liveOut = await bench.topic('live-out', { live: true });
    const ledger = await Ledger.create(bench);
    return { live, liveOut, ledger, definition: withLive(ledger, live, liveOut), writer: bench.engine.writer() };
  };
  /** The newest answer to each key. */
  const answersOf = (reader: Reader): { newest: Map<string | null, string | null>; ended: Promise<void> } => {
    const newest = new Map<string | null, string | null>();
    const ended = (async () => {
      for await (const batch of reader) for (const { key, value } of batch) newest.set(key, text(value));
    })();
    return { newest, ended };
  };

  describe('live topics', () => {
    test('go through at once and leave the closed state alone, also where a record of them fails', async () => {
      const { live, liveOut, ledger, definition, writer } = await opened();
      const reader = bench.engine.reader({ topic: liveOut, from: 'end' });
      const { newest, ended } = answersOf(reader);
      await until('the reader has begun', () => reader.positions().size === 4);
      const notices: string[] = [];
      const member = await logOf(bench.engine, (notice) => notices.push(notice)).processor(definition);
      await writer.append(ledger.minutes(0, 1));
      await until('the closed part', () => ledger.caughtUp(bench));
      let price = 0;
      // Live inputs are read from their end: repeat, as the exchange does, until the answer comes.
      await until('the answers', async () => {
        price += 1;
        await writer.append(
          ['key-0', 'key-1', 'key-2'].map((key) => {
            return { topic: live, key, value: bytes(key === 'key-2' ? 'poison' : `${price}`), timestamp: price };
          }),
        );
        return ['key-0', 'key-1'].every((key) => newest.get(key)?.startsWith('2 '));
      });
      await until('the failure to be told', () => notices.some((notice) => notice.includes('not with me')));
      // And the stream goes on behind it, on the same member.
      const answered = newest.get('key-0');
      await until('one more', async () => {
        price += 1;
        await writer.append([{ topic: live, key: 'key-0', value: bytes(`${price}`), timestamp: price }]);
        return newest.get('key-0') !== answered;
      });
      await member.close();
      await reader.close();
      await ended;
      expect((await ledger.undisturbed(bench)).states).toEqual(ledger.states());
      // Not once per record.
      expect(notices.filter((notice) => notice.includes('not with me')).length).toBeLessThan(10);
    });

    test('that cannot be written block neither the closed ones nor the end', async () => {
      const { live, liveOut, ledger, definition, writer } = await opened();
      let hanging = 0;
      const engine: Engine = {
        ...engineMethods(bench.engine),
        writer: (): Writer => {
          const made = bench.engine.writer();
          return {
            append: (records) => {
              if (records.some(({ topic }) => topic !== liveOut)) return made.append(records);
              hanging += 1;
              return new Promise(() => {});
            },
            close: () => made.close(),
          };
        },
      };
      const member = await bench.logOver(engine).processor(definition);
      await until('all partitions live', () => member.partitions().length === 4);
      await until('a live output that hangs', async () => {
        await writer.append([{ topic: live, key: 'key-0', value: bytes('1'), timestamp: 1 }]);
        return hanging > 0;
      });
      await writer.append(ledger.minutes(0, 10));
      await until('the closed part', () => ledger.caughtUp(bench));
      await member.close();
      expect(await ledger.outputs(bench)).toEqual((await ledger.undisturbed(bench)).outputs);
    });
  });
}
