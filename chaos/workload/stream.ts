/** The stream that is fed: the same for the same seed, minute by minute of event time. */
import type { NewRecord } from '@screener/log';
import { seededRandom } from '../seeded-random.ts';
import { toBytes } from './bytes.ts';
import type { FedMinute } from './fed-minute.ts';
import { tally } from './names.ts';
import type { Entry } from './tally-task.ts';

const minuteMs = 60_000;
/** A Saturday in 2024; nobody compares it with a clock. */
const beginMs = 28_450_000 * minuteMs;
const keysAtFirst = 20;
const keysMax = 60;
/** New keys appear while everything goes wrong: their first snapshot must not be missed. */
const minutesPerNewKey = 15;

export function createStream(seed: number, partitions: number): () => FedMinute {
  const random = seededRandom(seed ^ 0x5eed);
  let minute = 0;
  let n = 0;
  return () => {
    const begin = beginMs + minute * minuteMs;
    const keys = Math.min(keysMax, keysAtFirst + Math.floor(minute / minutesPerNewKey));
    minute += 1;
    const records: NewRecord[] = [];
    const numbers: number[] = [];
    for (let key = 0; key < keys; key += 1) {
      // Every key in the first minute: no task has outputs from before it has state.
      const times = random() < 0.2 ? 2 : random() < 0.1 && minute > 1 ? 0 : 1;
      for (let time = 0; time < times; time += 1) {
        const entry: Entry = { n, x: random() * 2 - 1 };
        numbers.push(n);
        n += 1;
        records.push({
          topic: tally.input,
          key: `key-${key}`,
          value: toBytes(entry),
          timestamp: begin + Math.floor((records.length / (keys * 2)) * 50_000),
        });
      }
    }
    for (let partition = 0; partition < partitions; partition += 1) {
      records.push({ topic: tally.input, key: null, value: null, timestamp: begin + minuteMs - 1, partition });
    }
    return { records, numbers };
  };
}
