/** Runs before every test file: what is waited for without a deadline of its own gets one that a busy machine keeps, too. */
import { vi } from 'vitest';

/** Vitest's own second is over before a machine with five test files under way has come round to all of them. */
const patienceMs = 15_000;
const { waitFor, waitUntil } = vi;

interface Waiting {
  readonly timeout?: number;
  readonly interval?: number;
}
const patient = (options: number | Waiting | undefined): number | Waiting =>
  typeof options === 'number' ? options : { timeout: patienceMs, ...options };

vi.waitFor = (callback, options) => waitFor(callback, patient(options));
vi.waitUntil = (callback, options) => waitUntil(callback, patient(options));
