import { expect, test, vi } from 'vitest';
import { RequestFailed } from '../client.ts';
import type { RawConnection } from './internals.ts';
import { KafkajsConnection } from './kafkajs-client.ts';

test('a connection that does not answer in time is ended, so that the next request gets another', async () => {
  const timeout = Object.assign(new Error('Request timed out'), { name: 'KafkaJSRequestTimeoutError' });
  const raw = {
    connect: async () => true,
    disconnect: vi.fn(async () => true),
    isConnected: () => true,
    setVersions: () => {},
    send: () => Promise.reject(timeout),
    rejectRequests: vi.fn(),
    requestQueue: { pending: [], scheduleCheckPendingRequests: () => {} },
  } satisfies RawConnection;
  const connection = new KafkajsConnection(raw);
  const closed = new Promise<void>((call) => connection.onClose(call));
  const failure = await connection.open().catch((cause: unknown) => cause);
  expect(failure).toBeInstanceOf(RequestFailed);
  expect(failure).toMatchObject({ code: undefined, timedOut: true });
  await closed;
  expect(raw.disconnect).toHaveBeenCalled();
});
