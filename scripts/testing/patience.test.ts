import { expect, test, vi } from 'vitest';

const vitestsOwnMs = 1_000;
/** True once more time has passed than Vitest waits by itself. */
const laterThanThat = (): (() => boolean) => {
  const began = performance.now();
  return () => performance.now() - began > vitestsOwnMs * 1.2;
};

test('whoever names no deadline is waited for longer than a second', async () => {
  const [first, second, third] = [laterThanThat(), laterThanThat(), laterThanThat()];
  await Promise.all([
    vi.waitFor(() => expect(first()).toBe(true)),
    vi.waitUntil(second),
    expect.poll(third).toBe(true),
  ]);
});

test('a deadline that is named holds', async () => {
  await expect(vi.waitFor(() => expect(1).toBe(2), 20)).rejects.toThrow();
  await expect(vi.waitUntil(() => false, { timeout: 20 })).rejects.toThrow();
});
