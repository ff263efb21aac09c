/** Does the work for all items, so many at a time, in their order; the first failure ends it and is thrown. */
export async function inParallel<T>(
  items: readonly T[],
  atOnceMax: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failed = false;
  const lane = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const item = items[next++] as T;
      try {
        await work(item);
      } catch (cause) {
        failed = true;
        throw cause;
      }
    }
  };
  // All lanes are waited for: nothing may go on behind the back of whoever hears of the failure.
  const ended = await Promise.allSettled(Array.from({ length: Math.min(atOnceMax, items.length) }, lane));
  for (const outcome of ended) if (outcome.status === 'rejected') throw outcome.reason;
}
