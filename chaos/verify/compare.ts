/** Two runs, event by event: key, body and time, in order per key. */
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { ViolationList } from '../violations.ts';

/** Events of each key in order; the partition is part of the key. */
export type Sequences = ReadonlyMap<string, readonly string[]>;

/** Longer bodies are compared, and kept, by their digest: hundreds of thousands of them. */
const bodyBytesMax = 256;

/** An event without its key, as one line for people. */
export function lineOf(timestamp: number, value: Uint8Array | null): string {
  if (value === null) return `${timestamp} `;
  // As text, bytes that are none would look alike.
  if (value.length <= bodyBytesMax && isUtf8(value)) return `${timestamp} ${Buffer.from(value).toString()}`;
  return `${timestamp} ${createHash('sha256').update(value).digest('base64')} (${value.length} bytes)`;
}

export class SequenceBuilder {
  readonly sequences = new Map<string, string[]>();
  events = 0;

  add(partition: number, key: string | null, timestamp: number, value: Uint8Array | null): void {
    this.addLine(partition, key, lineOf(timestamp, value));
  }

  addLine(partition: number, key: string | null, line: string): void {
    const id = `${partition} ${key ?? '(no key)'}`;
    const known = this.sequences.get(id);
    if (known) known.push(line);
    else this.sequences.set(id, [line]);
    this.events += 1;
  }
}

export function compareSequences(
  where: string,
  expected: Sequences,
  found: Sequences,
  violations: ViolationList,
): void {
  for (const key of new Set([...expected.keys(), ...found.keys()])) {
    compareKey(`${where}, key ${key}`, expected.get(key) ?? [], found.get(key) ?? [], violations);
  }
}

function compareKey(
  where: string,
  expected: readonly string[],
  found: readonly string[],
  violations: ViolationList,
): void {
  if (expected.length === found.length && expected.every((line, place) => line === found[place])) return;
  const wanted = counted(expected);
  const there = counted(found);
  const before = violations.count;
  for (const [line, count] of wanted) {
    const times = there.get(line) ?? 0;
    if (times < count) violations.add('lost', `${where}: ${line}`);
    if (times > count) violations.add('doubled', `${where}: ${line} is there ${times} times`);
  }
  for (const [line, count] of there) {
    if (!wanted.has(line)) violations.add('foreign', `${where}: ${line}${count > 1 ? ` (${count} times)` : ''}`);
  }
  if (violations.count > before) return;
  const place = expected.findIndex((line, index) => line !== found[index]);
  violations.add('order', `${where}, event ${place}: expected ${expected[place]}, found ${found[place]}`);
}

function counted(lines: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}
