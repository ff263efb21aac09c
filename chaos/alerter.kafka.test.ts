/** Short runs of the harness on the real alerter: alerts exactly once and never inside a cooldown, with rules edited meanwhile. */
import { expect, test } from 'vitest';
import { runChaos } from './run-chaos.ts';

const killsMin = 8;
const instruments = 60;
const seed = 31;
/** With start, settling and verification, on a machine that does something else besides. */
const timeoutMs = 300_000;

test.each(['kafka', 'embedded'] as const)('the real alerter, %s', { timeout: timeoutMs }, async (engine) => {
  const story: string[] = [];
  const report = await runChaos({
    workload: { name: 'alerter', instruments },
    seed,
    engine,
    brokers: 1,
    // Brokers are restarted and killed in chaos.kafka.test.ts and in long runs: what that takes is not the alerter's.
    brokerFaults: false,
    durationMs: engine === 'kafka' ? 12_000 : 6_000,
    until: { kind: 'kill', count: killsMin, withinMs: 150_000 },
    say: (text) => void story.push(text),
  });
  expect(report.shown, story.join('\n')).toEqual([]);
  expect(report.violations).toBe(0);
  expect(report.missing).toEqual([]);
  expect(report.killed.alerter).toBeGreaterThan(0);
  expect(report.faults['side-change']).toBeGreaterThan(0);
  expect(report.events).toBeGreaterThan(300);
});
