/** The port on top of an engine: everything that is the same for all of them. */
import type { Engine } from './engine.ts';
import { type Notify, silent } from './notify.ts';
import type { Log } from './port.ts';
import { startConsumer } from './processor/consumer.ts';
import { startProcessor } from './processor/processor.ts';
import { startSource } from './processor/source.ts';
import { topicDifferences } from './topic-differences.ts';

export function logOf(engine: Engine, notify: Notify = silent): Log {
  return {
    engine: engine.name,
    cluster: engine.cluster,
    ensureTopics: async (topology) => {
      const differences = topicDifferences(topology, await engine.topics());
      for (const spec of topology) {
        if (differences.some(({ topic, created }) => created && topic === spec.name)) await engine.createTopic(spec);
      }
      return differences;
    },
    describeTopics: () => engine.topics(),
    changeRetention: (topic, retention) => engine.changeRetention(topic, retention),
    keptInput: async () => (await engine.protections?.()) ?? [],
    releaseInput: async (group) => engine.release?.(group),
    writer: () => engine.writer(),
    reader: (options) => engine.reader(options),
    processor: (definition) => startProcessor(engine, definition, notify),
    consumer: (definition) => startConsumer(engine, definition, notify),
    source: (definition) => startSource(engine, definition, notify),
    offsets: (topic) => engine.offsets(topic),
    lag: async (group, topic) => {
      const [offsets, committed] = await Promise.all([engine.offsets(topic), engine.committed(group, topic)]);
      return offsets.map((place) => {
        const next = committed.get(place.partition);
        // What retention removed cannot be read any more and is not work to do.
        return { ...place, committed: next, lag: Math.max(0, place.end - Math.max(next ?? 0, place.beginning)) };
      });
    },
    close: () => engine.close(),
  };
}
