/** A second and a third calculator take partitions over in the middle, and some of them go: on the embedded log. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLog } from '@screener/log';
import { test } from 'vitest';
import { expectEqualEvents, type ScalingGround } from './calculator-scaling-scenario.ts';

/** One process holds the log; all instances are in it. */
async function openEmbeddedGround(): Promise<ScalingGround> {
  const directory = mkdtempSync(join(tmpdir(), 'screener-scaling-'));
  const log = await openLog({ directory });
  return {
    openLog: async () => log,
    async close() {
      await log.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

test('instances that come and go give the events of a single one', { timeout: 120_000 }, () =>
  expectEqualEvents(openEmbeddedGround, { instruments: 16, minutes: 90, withinMs: 30_000 }),
);
