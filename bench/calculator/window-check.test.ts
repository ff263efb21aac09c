import { createCalculatorTask } from '@screener/calculator';
import type { LogRecord } from '@screener/log';
import { describe, expect, test } from 'vitest';
import { instrumentOf } from '../log/records.ts';
import { SimulatedMinutes } from './simulated-minutes.ts';
import { ExpectedWindows, readOurs, readPeers } from './window-check.ts';

const minutes = 70;
const sample = [0, 3];

/** What the task puts out for two instruments. */
function outputs(): { readonly key: string; readonly value: Uint8Array }[] {
  const task = createCalculatorTask(0);
  const market = new SimulatedMinutes({ instruments: 4, only: sample });
  const found: { key: string; value: Uint8Array }[] = [];
  for (let minute = 0; minute < minutes; minute += 1) {
    for (const record of market.next('input')) {
      const read: LogRecord = { ...record, partition: 0, offset: minute };
      const emit = ({ key, value }: { key: string | null; value: Uint8Array | null }): void => {
        if (key !== null && value !== null) found.push({ key, value });
      };
      task.apply(read, { emit, fresh: () => true });
    }
  }
  return found;
}

describe('the check of windows', () => {
  test('finds those of the calculator right, all of them', () => {
    const expected = new ExpectedWindows({ sample, minutes });
    const checked = outputs().reduce((sum, { key, value }) => {
      const event = readOurs(value);
      return event === undefined ? sum : sum + expected.check(key, event);
    }, 0);
    // Of 5, 15 and 60 minutes.
    expect(checked).toBe(sample.length * (66 + 56 + 11));
  });

  test('finds a number that is wrong', () => {
    const expected = new ExpectedWindows({ sample, minutes });
    const event = readOurs(outputs().at(-1)?.value ?? new Uint8Array());
    const windows = event?.windows.map((window) => ({ ...window, high: window.high * 1.000001 })) ?? [];
    const changed = { openTime: event?.openTime ?? 0, windows };
    expect(() => expected.check(instrumentOf(3), changed)).toThrow(/high of 5 minutes: found/);
  });

  test('reads what the peer writes', () => {
    const bytes = Buffer.alloc(20 + 76);
    bytes.writeBigInt64LE(60_000n, 0);
    bytes.writeDoubleLE(7, 8);
    bytes.writeInt32LE(1, 16);
    bytes.writeInt32LE(5, 20);
    for (const [place, value] of [1, 2, 3, 4, 5, 6, 7].entries()) bytes.writeDoubleLE(value, 24 + place * 8);
    bytes.writeBigInt64LE(8n, 80);
    bytes.writeDoubleLE(9, 88);
    expect(readPeers(bytes)).toEqual({
      openTime: 60_000,
      windows: [
        {
          ...{ minutes: 5, open: 1, oldestClose: 2, high: 3, low: 4, close: 5 },
          ...{ volume: 6, quoteVolume: 7, trades: 8, takerBuyQuoteVolume: 9 },
        },
      ],
    });
  });
});
