/** A second and a third calculator take partitions over in the middle, and some of them go: on Kafka. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Log, openLog } from '@screener/log';
import { afterAll, beforeAll, test } from 'vitest';
import { type RunningBroker, startLocalBroker } from '../../scripts/kafka/local-broker.ts';
import { expectEqualEvents, type ScalingGround } from './calculator-scaling-scenario.ts';

const directory = mkdtempSync(join(tmpdir(), 'screener-scaling-'));
let broker: RunningBroker;

beforeAll(async () => {
  broker = await startLocalBroker({
    directory: join(directory, 'kafka'),
    quickStart: true,
    notify: () => undefined,
  });
});
afterAll(async () => {
  await broker?.stop();
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
});

/** Each instance with connections of its own, as in a process of its own. */
async function openKafkaGround(): Promise<ScalingGround> {
  const logs: Log[] = [];
  return {
    async openLog() {
      const log = await openLog({ directory, brokers: [broker.brokers] });
      logs.push(log);
      return log;
    },
    async close() {
      for (const log of logs) await log.close();
    },
  };
}

test('instances that come and go give the events of a single one', { timeout: 400_000 }, () =>
  expectEqualEvents(openKafkaGround, { instruments: 48, minutes: 300, withinMs: 90_000 }),
);
