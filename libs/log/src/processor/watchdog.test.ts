import { describe, expect, test } from 'vitest';
import { stuckAfterMs, Watched, watchEveryMs } from './watchdog.ts';

const place = { group: 'g', input: 'in' };

/** Looks at one life every `watchEveryMs` with the given ends of its input; `moves`: at which looks it had moved. */
async function outcome(ends: readonly (number | undefined)[], moves: readonly number[] = []): Promise<unknown> {
  const watched = new Watched(3);
  for (const [index, end] of ends.entries()) {
    if (moves.includes(index)) watched.alive();
    watched.look(index * watchEveryMs, end, place);
  }
  return Promise.race([
    watched.stuck.catch((cause: unknown) => cause),
    new Promise((resolve) => setImmediate(resolve, 'fine')),
  ]);
}

const looks = stuckAfterMs / watchEveryMs + 2;
const growing = Array.from({ length: looks }, (_, i) => 100 + i);

describe('a task under watch', () => {
  test('that stands still while its input grows is stuck', async () => {
    expect(await outcome(growing)).toMatchObject({
      code: 'PARTITION_STUCK',
      facts: { group: 'g', topic: 'in', partition: 3, seconds: 60 },
    });
  });

  test('that moves now and then is not', async () => {
    expect(await outcome([...growing, ...growing.map((end) => end + 100)], [5, 10])).toBe('fine');
  });

  test('whose input stands still too is idle, however long, also when a record comes at last', async () => {
    const idle = Array.from({ length: 50 }, () => 100);
    expect(await outcome(idle)).toBe('fine');
    expect(await outcome([...idle, 101, 101])).toBe('fine');
  });

  test('whose input grew once and never again is not judged: that may be no record at all', async () => {
    expect(await outcome([100, ...Array.from({ length: 50 }, () => 101)])).toBe('fine');
  });

  test('is not judged by a log that does not answer', async () => {
    expect(await outcome(growing.map((end, index) => (index === 4 ? undefined : end)))).toBe('fine');
  });
});
