/** Appends records: lasting topics with acks=all and without duplicates, live ones as fast as their leader takes them. */
import { ScreenerError } from '@screener/errors';
import type { NewRecord, Writer } from '../port.ts';
import { AppendQueue } from './append-queue.ts';
import type { Cluster } from './cluster.ts';
import type { LiveTopics } from './kafka-topics.ts';

let writers = 0;

export class KafkaWriter implements Writer {
  readonly #liveTopics: LiveTopics;
  readonly #lasting: AppendQueue;
  readonly #live: AppendQueue;
  readonly #onClose: () => void;
  #closed = false;

  constructor(cluster: Cluster, liveTopics: LiveTopics, onClose: () => void) {
    writers += 1;
    this.#liveTopics = liveTopics;
    this.#onClose = onClose;
    this.#lasting = new AppendQueue(cluster, `write ${writers}`, true);
    this.#live = new AppendQueue(cluster, `write live ${writers}`, false);
  }

  async append(records: readonly NewRecord[]): Promise<void> {
    if (this.#closed) throw new ScreenerError('LOG_CLOSED', { action: 'an append' });
    const lasting = records.filter(({ topic }) => !this.#liveTopics.has(topic));
    if (lasting.length === records.length) return records.length === 0 ? undefined : this.#lasting.add(records);
    const live = records.filter(({ topic }) => this.#liveTopics.has(topic));
    await Promise.all([this.#live.add(live), lasting.length > 0 ? this.#lasting.add(lasting) : undefined]);
  }

  /** Waits for what was appended. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.all([this.#lasting.close(), this.#live.close()]);
    this.#onClose();
  }
}
