/** Where partitions are led and which copies are whole, as an independent client sees it. */
import { Kafka, logLevel } from 'kafkajs';

export interface PartitionPlace {
  readonly topic: string;
  readonly partition: number;
  readonly leader: number;
  readonly inSync: readonly number[];
}

export const independentClient = (brokers: readonly string[]): Kafka =>
  new Kafka({ clientId: 'chaos-witness', brokers: [...brokers], logLevel: logLevel.NOTHING });

export async function partitionPlaces(
  brokers: readonly string[],
  topics: readonly string[],
): Promise<readonly PartitionPlace[]> {
  const admin = independentClient(brokers).admin();
  await admin.connect();
  try {
    const metadata = await admin.fetchTopicMetadata({ topics: [...topics] });
    return metadata.topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionId, leader, isr }) => ({ topic: name, partition: partitionId, leader, inSync: isr })),
    );
  } finally {
    await admin.disconnect();
  }
}
