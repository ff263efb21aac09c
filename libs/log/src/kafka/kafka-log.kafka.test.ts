/** The contract of the log on a real broker: KAFKA_BROKERS names it, the project's test runner starts one and sets it. */
import { describe, expect, test } from 'vitest';
import { describeLogContract } from '../contract/contract.ts';
import type { ClientName } from './client.ts';
import { openKafkaEngine } from './kafka-engine.ts';

const clients: readonly ClientName[] = ['platformatic', 'kafkajs'];
const brokers = process.env.KAFKA_BROKERS ?? '';

if (brokers !== '') {
  for (const client of clients) {
    describeLogContract(`the log on Kafka, through ${client}`, () =>
      openKafkaEngine({ brokers: brokers.split(','), clientId: 'contract', client }),
    );
  }
} else {
  const missing = 'KAFKA_BROKERS is not set: the contract of the log is NOT tested on Kafka';
  process.stderr.write(`SKIPPED: ${missing}\n`);
  describe('the log on Kafka', () => {
    test.skipIf(process.env.CI !== 'true')('has a broker to be tested on', () => {
      expect.fail(missing);
    });
  });
}
