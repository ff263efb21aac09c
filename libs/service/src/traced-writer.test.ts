import { NodeSDK, type NodeSDKConfiguration } from '@opentelemetry/sdk-node';
import type { NewRecord } from '@screener/log';
import { expect, test } from 'vitest';
import { tracedWriter } from './traced-writer.ts';

const record: NewRecord = { topic: 't', key: 'k', value: null, timestamp: 0, headers: { own: 'x' } };

test('records carry the trace context while something is traced, and stay as they are otherwise', async () => {
  const appended: (readonly NewRecord[])[] = [];
  const bare = {
    append: async (records: readonly NewRecord[]) => void appended.push(records),
    close: async () => undefined,
  };
  const records = [record];
  await tracedWriter(bare, 'append').append(records);
  expect(appended[0]).toBe(records);

  type SpanProcessor = NonNullable<NodeSDKConfiguration['spanProcessors']>[number];
  const spans: Parameters<SpanProcessor['onEnd']>[0][] = [];
  const collecting: SpanProcessor = {
    onStart: () => undefined,
    onEnd: (span) => void spans.push(span),
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
  };
  const sdk = new NodeSDK({ spanProcessors: [collecting] });
  sdk.start();
  await tracedWriter(bare, 'append').append(records);
  const [span] = spans;
  expect(span).toMatchObject({ name: 'append', attributes: { records: 1 } });
  const { traceId, spanId } = span?.spanContext() ?? { traceId: '', spanId: '' };
  expect(appended[1]?.[0]?.headers).toEqual({ own: 'x', traceparent: `00-${traceId}-${spanId}-01` });
  await sdk.shutdown();
});
