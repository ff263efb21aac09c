import type { LogRecord, Reader } from '../port.ts';

/**
 * Hands each batch of a reader to `each` until it returns 'enough', the reader ends, or `stop` is aborted. The reader is
 * closed in any case; whoever needs to know asks `stop` afterwards.
 */
export async function forEachBatch(
  reader: Reader,
  stop: AbortSignal,
  each: (batch: readonly LogRecord[]) => Promise<'enough' | undefined> | 'enough' | undefined,
): Promise<void> {
  const close = (): void => void reader.close().catch(() => {});
  if (stop.aborted) return close();
  stop.addEventListener('abort', close);
  try {
    for await (const batch of reader) {
      if (stop.aborted || (await each(batch)) === 'enough') break;
    }
  } finally {
    stop.removeEventListener('abort', close);
    await reader.close();
  }
}
