/**
 * A short run of the harness on a broker of its own; `npm run chaos` runs as long as one likes. What it proves, and how,
 * stands in README.md. KAFKA_BROKERS is not used: the harness stops and kills its broker.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { type ChaosReport, runChaos } from './run-chaos.ts';

const killsMin = 30;
const calculatorKillsMin = 10;
const calculatorInstruments = 60;
const seed = 20;
/** With start, settling and verification, on a machine that does something else besides. */
const timeoutMs = 420_000;

const story: string[] = [];
const say = (text: string): void => void story.push(text);

afterEach(({ task }) => {
  if (task.result?.state === 'fail') process.stderr.write(`${story.join('\n')}\n`);
  story.length = 0;
});

function expectWhole({ shown, violations, missing, events }: ChaosReport, eventsMin: number): void {
  expect(shown).toEqual([]);
  expect(violations).toBe(0);
  expect(missing).toEqual([]);
  expect(events).toBeGreaterThan(eventsMin);
}

describe('exactly once', () => {
  test('on Kafka: kills, zombies, restarts, members that come and go, a network that fails', {
    timeout: timeoutMs,
  }, async () => {
    const report = await runChaos({
      workload: { name: 'tally' },
      seed,
      engine: 'kafka',
      brokers: 1,
      durationMs: 30_000,
      // It goes on until as much is broken, on a slow machine for longer.
      until: { kind: 'kill', count: killsMin, withinMs: 180_000 },
      say,
    });
    expectWhole(report, 2_000);
    expect(report.faults.kill).toBeGreaterThanOrEqual(killsMin);
  });

  // Brokers are restarted and killed in the test above and in long runs: what that takes is not the calculator's.
  test('the real calculator on Kafka: kills, of whoever closes the market too, zombies, members, network', {
    timeout: timeoutMs,
  }, async () => {
    const report = await runChaos({
      workload: { name: 'calculator', instruments: calculatorInstruments },
      seed,
      engine: 'kafka',
      brokers: 1,
      brokerFaults: false,
      durationMs: 15_000,
      until: { kind: 'kill', count: calculatorKillsMin, withinMs: 120_000 },
      say,
    });
    expect(report.shown).toEqual([]);
    expect(report.violations).toBe(0);
    expect(report.events).toBeGreaterThan(2_000);
    expect(report.faults.kill).toBeGreaterThanOrEqual(calculatorKillsMin);
    expect(report.killed.calculator).toBeGreaterThan(0);
    expect(report.killed.market).toBeGreaterThan(0);
  });

  test('the real calculator, embedded: kill -9 of the one process', { timeout: timeoutMs }, async () => {
    const report = await runChaos({
      workload: { name: 'calculator', instruments: calculatorInstruments },
      seed,
      engine: 'embedded',
      brokers: 1,
      durationMs: 6_000,
      until: { kind: 'kill', count: 5, withinMs: 60_000 },
      say,
    });
    expectWhole(report, 100);
  });

  test('embedded: kill -9 of the one process', { timeout: timeoutMs }, async () => {
    const report = await runChaos({
      workload: { name: 'tally' },
      seed,
      engine: 'embedded',
      brokers: 1,
      durationMs: 6_000,
      until: { kind: 'kill', count: 10, withinMs: 60_000 },
      say,
    });
    expectWhole(report, 300);
    expect(report.faults.kill).toBeGreaterThanOrEqual(10);
  });
});
