/** A writer whose appends are spans, and whose records carry the trace context on: what comes of them belongs to the trace. */
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { reasonOf } from '@screener/errors';
import type { NewRecord, Writer } from '@screener/log';
import { traceHeaders } from './telemetry.ts';

export function tracedWriter(writer: Writer, spanName: string): Writer {
  const tracer = trace.getTracer('crypto-screener');
  return {
    append: (records) =>
      tracer.startActiveSpan(spanName, { attributes: { records: records.length } }, async (span) => {
        try {
          await writer.append(withContext(records));
        } catch (cause) {
          span.setStatus({ code: SpanStatusCode.ERROR, message: reasonOf(cause) });
          throw cause;
        } finally {
          span.end();
        }
      }),
    close: () => writer.close(),
  };
}

/** Where nothing is traced the records stay as they are, without a copy. */
function withContext(records: readonly NewRecord[]): readonly NewRecord[] {
  const headers = traceHeaders();
  if (headers.traceparent === undefined) return records;
  return records.map((record) => ({ ...record, headers: { ...headers, ...record.headers } }));
}
