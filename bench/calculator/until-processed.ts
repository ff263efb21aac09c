const pollMs = 50;
/** Without any progress. */
const stuckAfterMs = 120_000;

/** Waits until so many records are behind a group; returns how many there are then. */
export async function untilProcessed(wanted: number, processed: () => Promise<number>): Promise<number> {
  let seen = -1;
  let deadline = 0;
  for (;;) {
    const records = await processed();
    if (records >= wanted) return records;
    if (records > seen) {
      seen = records;
      deadline = performance.now() + stuckAfterMs;
    }
    if (performance.now() > deadline) throw new Error(`no progress: ${records} of ${wanted} records are processed`);
    await new Promise((next) => setTimeout(next, pollMs));
  }
}
