/** Kafka Streams with rings by hand, over a copy of the candles; it can be killed and started again. */
import { rmSync } from 'node:fs';
import { openLog } from '@screener/log';
import type { CaseRun } from '../framework/benchmark.ts';
import { benchTopic, uniqueName } from '../log/bench-topics.ts';
import { type KafkaStreams, startKafkaStreams } from './kafka-streams.ts';
import { klineSchema, partitions } from './simulated-minutes.ts';

export interface RingsPeer {
  readonly group: string;
  readonly input: string;
  readonly output: string;
  /** kill -9, and another one is started; resolves when it has its state. Lost: its state directory went with the machine. */
  restart(directory: 'lost' | 'kept'): Promise<void>;
  kill(): Promise<void>;
}

export async function startRingsPeer(
  bench: CaseRun,
  brokers: readonly string[],
  classPath: string,
): Promise<RingsPeer> {
  const application = uniqueName('rings');
  const [input, output] = [uniqueName('candles'), `${application}-output`];
  const log = await openLog({ directory: '', brokers });
  await log.ensureTopics([input, output].map((name) => benchTopic(name, { partitions })));
  await log.close();
  const stateDirectory = bench.directory();
  const place = { brokers, application, stateDirectory, input, output, klineSchema: klineSchema() };
  const start = (): KafkaStreams => startKafkaStreams(classPath, { topology: 'processor', ...place });
  let streams = start();
  const peer: RingsPeer = {
    ...{ group: application, input, output },
    async restart(directory) {
      await streams.kill();
      if (directory === 'lost') rmSync(stateDirectory, { recursive: true, force: true });
      streams = start();
      await streams.running;
    },
    kill: () => streams.kill(),
  };
  await streams.running.catch(async (cause) => {
    await peer.kill();
    throw cause;
  });
  return peer;
}
