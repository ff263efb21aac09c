/** Records that could not be processed, as the topic `dead-letters` keeps them. */
import { ScreenerError } from '@screener/errors';
import { type DeadLetter, decodeEvent, UndecodableEvent } from '@screener/events';
import type { Log, LogRecord, NewRecord } from '@screener/log';

export const deadLettersTopic = 'dead-letters';

/** A header that a record carries when it was appended again; a second failure shows where it came from. */
export const retryHeader = 'screener-retry-of';

export interface FoundDeadLetter {
  readonly id: string;
  readonly letter: DeadLetter;
  /** Where the letter itself lies. */
  readonly record: LogRecord;
}

export const deadLetterId = ({ topic, partition, offset, group }: DeadLetter): string =>
  `${topic}/${partition}/${offset}@${group}`;

/** All that the log still has, in batches. What is no dead letter itself is passed over. */
export async function* readDeadLetters(log: Log, signal: AbortSignal): AsyncGenerator<readonly FoundDeadLetter[]> {
  const reader = log.reader({ topic: deadLettersTopic, from: 'beginning', until: 'end' });
  const close = (): void => void reader.close();
  signal.addEventListener('abort', close, { once: true });
  try {
    for await (const batch of reader) {
      yield batch.flatMap((record) => {
        const letter = letterOf(record);
        return letter === undefined ? [] : [{ id: deadLetterId(letter), letter, record }];
      });
    }
  } finally {
    signal.removeEventListener('abort', close);
    await reader.close();
  }
}

function letterOf({ value }: LogRecord): DeadLetter | undefined {
  if (value === null) return undefined;
  try {
    const { type, event } = decodeEvent(value);
    return type === 'DeadLetter' ? event : undefined;
  } catch (cause) {
    if (cause instanceof UndecodableEvent) return undefined;
    throw cause;
  }
}

/** The newest letter with that id: a processor that was started anew from before it may have written it twice. */
export async function findDeadLetter(log: Log, id: string, signal: AbortSignal): Promise<FoundDeadLetter> {
  let found: FoundDeadLetter | undefined;
  for await (const letters of readDeadLetters(log, signal)) {
    found = letters.findLast((letter) => letter.id === id) ?? found;
  }
  if (found === undefined) throw new ScreenerError('DEAD_LETTER_UNKNOWN', { id });
  return found;
}

/** The original record, to be appended once more: same key, bytes, time and partition. */
export function retryOf({ id, letter }: FoundDeadLetter): NewRecord {
  const { topic, partition, key = null, value = null, timestamp, headers } = letter;
  // The collector keeps what came of an exchange under the name of the exchange and its market.
  if (topic.includes(':')) throw new ScreenerError('DEAD_LETTER_OF_FRAME', { id, exchange: topic });
  return { topic, partition, key, value, timestamp, headers: { ...headers, [retryHeader]: id } };
}
