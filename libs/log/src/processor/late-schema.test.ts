/** An event whose schema was registered after the processor's start is no poison. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeAs, encodeEvent, fileSource, type SchemaVersion, schemaTexts, useSchemaIds } from '@screener/events';
import { afterEach, expect, test, vi } from 'vitest';
import { topicSpec } from '../contract/bench.ts';
import { openEmbeddedLog } from '../embedded/embedded-engine.ts';
import { logOf } from '../log-of-engine.ts';
import type { Task } from '../port.ts';

const directory = mkdtempSync(join(tmpdir(), 'screener-late-schema-'));
const lateId = 77;

afterEach(() => {
  useSchemaIds(fileSource);
  rmSync(directory, { recursive: true, force: true });
});

function withId(value: Buffer, id: number): Buffer {
  const copy = Buffer.from(value);
  copy.writeUInt32BE(id, 1);
  return copy;
}

test('the registry is asked once, the record is applied, nothing is skipped', async () => {
  const asked: number[] = [];
  const find = async (id: number): Promise<SchemaVersion | undefined> => {
    asked.push(id);
    if (asked.length === 1) throw new Error('the registry does not answer now');
    return id === lateId ? { id, name: 'KlineGap', text: schemaTexts.KlineGap } : undefined;
  };
  useSchemaIds({ ...fileSource, kind: 'registry', find });
  const engine = await openEmbeddedLog({ directory, mode: 'write' });
  for (const name of ['in', 'out']) await engine.createTopic(topicSpec(name, { partitions: 1 }));
  for (const name of ['snap', 'dead-letters'])
    await engine.createTopic(topicSpec(name, { partitions: 1, compact: true }));
  const log = logOf(engine);
  const task = (): Task => ({
    apply(record, context) {
      const { openTime } = decodeAs('KlineGap', record.value ?? new Uint8Array());
      context.emit({ topic: 'out', key: String(openTime), value: Buffer.from('x'), timestamp: record.timestamp });
    },
  });
  const member = await log.processor({ group: 'g', input: 'in', snapshots: 'snap', snapshotVersion: 1, task });
  const gap = (openTime: number) => encodeEvent('KlineGap', { instrument: 'a:b:c', openTime, reason: 'test' });
  const values = [gap(1), withId(gap(2), lateId), withId(gap(3), lateId), gap(4)];
  await log.writer().append(values.map((value, place) => ({ topic: 'in', key: 'a', value, timestamp: place })));
  await vi.waitFor(async () => expect((await log.offsets('out'))[0]?.end).toBe(4), 8_000);
  expect((await log.offsets('dead-letters'))[0]?.end).toBe(0);
  // Once in vain, once with an answer; the second record of that schema needs no question any more.
  expect(asked).toEqual([lateId, lateId]);
  await member.close();
  await log.close();
});
