import type { NewRecord } from '@screener/log';
import { expect, test } from 'vitest';
import { MinuteLane } from './minute-lane.ts';

const size = { instruments: 3 };

/** Every record with a key comes out at once. */
function laneOver(written: NewRecord[], place: { recordBytes?: number }) {
  const lane: MinuteLane = new MinuteLane(
    {
      async append(records) {
        written.push(...records);
        for (const { key, value } of records) {
          if (key !== null && value !== null) setImmediate(() => lane.seen(key, value));
        }
      },
    },
    { input: 'input', output: 'output', size, ...place },
  );
  return lane;
}

test('a minute is over when there is an output for every instrument', async () => {
  const written: NewRecord[] = [];
  const lane = laneOver(written, {});
  const { durableAt, firstAt, allAt } = await lane.minute();
  expect(durableAt).toBeLessThanOrEqual(firstAt);
  expect(firstAt).toBeLessThanOrEqual(allAt);
  expect(lane.outputs.map(({ instrument }) => instrument).sort()).toEqual(
    [0, 1, 2].map((index) => `binance:usdm:COIN${index}USDT`),
  );
  // Markers have no key.
  expect(written.filter(({ key }) => key === null)).toHaveLength(12);
});

test('bytes instead of candles: one record of that size for each instrument, and their size is told', async () => {
  const written: NewRecord[] = [];
  const lane = laneOver(written, { recordBytes: 200 });
  const { p50, p99, max, recordBytes } = await lane.run({ minutes: 2, pauseMs: 0 });
  expect(recordBytes).toBe(200);
  expect(written).toHaveLength(6);
  expect(p50).toBeLessThanOrEqual(p99);
  expect(p99).toBeLessThanOrEqual(max);
});
