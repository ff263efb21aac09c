import type { NewRecord } from '@screener/log';
import { describe, expect, it } from 'vitest';
import { Outbox } from './outbox.ts';

const records = (count: number): NewRecord[] =>
  Array.from({ length: count }, () => ({ topic: 't', key: 'k', value: null, timestamp: 0 }));

function bed() {
  const waiting: { resolve(): void; reject(cause: unknown): void }[] = [];
  const failures: unknown[] = [];
  let written = 0;
  const outbox = new Outbox({
    writer: { append: () => new Promise((resolve, reject) => void waiting.push({ resolve, reject })) },
    written(some) {
      written += some.length;
    },
    failed: (cause) => void failures.push(cause),
  });
  return { outbox, waiting, failures, written: () => written };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the outbox of a partition', () => {
  it('lets history wait for room, and is full before it grows without bound', async () => {
    const { outbox, waiting, written } = bed();
    outbox.push(records(12_000));
    let room = false;
    void outbox.room().then(() => {
      room = true;
    });
    outbox.push(records(8_000));
    expect(outbox.full).toBe(true);
    await turn();
    expect(room).toBe(false);
    waiting[0]?.resolve();
    await turn();
    expect(room).toBe(true);
    expect(outbox.full).toBe(false);
    expect(written()).toBe(12_000);
  });

  it('takes nothing after a failure, and says it once', async () => {
    const { outbox, waiting, failures } = bed();
    outbox.push(records(1));
    outbox.push(records(1));
    waiting[0]?.reject('full');
    waiting[1]?.reject('after it');
    await turn();
    outbox.push(records(1));
    await outbox.room();
    expect(waiting).toHaveLength(2);
    expect(failures).toEqual(['full']);
  });

  it('closes when everything is settled', async () => {
    const { outbox, waiting } = bed();
    outbox.push(records(1));
    let closed = false;
    const closing = outbox.close().then(() => {
      closed = true;
    });
    outbox.push(records(1));
    await turn();
    expect(closed).toBe(false);
    expect(waiting).toHaveLength(1);
    waiting[0]?.resolve();
    await closing;
  });
});
