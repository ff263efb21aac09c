import { describe, expect, test } from 'vitest';
import { type Bench, topicSpec, uniqueName } from './bench.ts';

export function describeTopics(bench: Bench): void {
  describe('topics', () => {
    test('missing ones are created, others are compared and left alone', async () => {
      const name = uniqueName('ensured');
      const spec = topicSpec(name, { partitions: 3, retentionMs: 3_600_000 });
      const created = await bench.log.ensureTopics([spec]);
      expect(created).toEqual([
        { topic: name, property: 'topic', expected: '3 partitions', found: 'missing', created: true },
      ]);
      expect(await bench.log.ensureTopics([spec])).toEqual([]);
      const differences = await bench.log.ensureTopics([{ ...spec, partitions: 5, retentionMs: 7_200_000 }]);
      expect(differences).toEqual([
        { topic: name, property: 'partitions', expected: '5', found: '3', created: false },
        { topic: name, property: 'retentionMs', expected: '7200000', found: '3600000', created: false },
      ]);
      expect(await bench.engine.offsets(name)).toHaveLength(3);
    });

    test('are described as they were made', async () => {
      const compacted = await bench.topic('compacted', {
        compact: true,
        retentionMs: undefined,
        compactionLagMs: 60_000,
      });
      const described = (await bench.log.describeTopics()).find(({ name }) => name === compacted);
      expect(described).toMatchObject({
        partitions: 4,
        compact: true,
        compactionLagMs: 60_000,
        retentionMs: undefined,
      });
      expect(described?.topicId).toMatch(/./);
    });

    test('are kept for longer or shorter when that is changed, and nothing else of them changes', async () => {
      const lasting = await bench.topic('lasting', { retentionMs: 3_600_000 });
      const compacted = await bench.topic('compacted', {
        compact: true,
        retentionMs: undefined,
        compactionLagMs: 1_000,
      });
      const described = async (name: string) => (await bench.log.describeTopics()).find((topic) => topic.name === name);
      const before = await described(lasting);
      await bench.log.changeRetention(lasting, { retentionMs: 7_200_000, compactionLagMs: 0 });
      expect(await described(lasting)).toEqual({ ...before, retentionMs: 7_200_000 });
      await bench.log.changeRetention(lasting, { retentionMs: undefined, compactionLagMs: 0 });
      await bench.log.changeRetention(compacted, { retentionMs: undefined, compactionLagMs: 60_000 });
      await bench.reopen();
      expect(await described(lasting)).toEqual({ ...before, retentionMs: undefined });
      expect(await described(compacted)).toMatchObject({ compact: true, compactionLagMs: 60_000 });
      const missing = uniqueName('missing');
      const change = bench.log.changeRetention(missing, { retentionMs: 1, compactionLagMs: 0 });
      await expect(change).rejects.toMatchObject({ code: 'TOPIC_MISSING', facts: { topic: missing } });
    });

    test('a missing one is named by writer, reader, processor and offsets', async () => {
      const missing = uniqueName('missing');
      const refusal = { code: 'TOPIC_MISSING', facts: { topic: missing } };
      const record = { topic: missing, key: 'a', value: null, timestamp: 1 };
      await expect(bench.engine.writer().append([record])).rejects.toMatchObject(refusal);
      await expect(bench.read(missing)).rejects.toMatchObject(refusal);
      await expect(bench.engine.offsets(missing)).rejects.toMatchObject(refusal);
    });
  });
}
