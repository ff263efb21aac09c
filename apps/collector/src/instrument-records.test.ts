import { decodeAs } from '@screener/events';
import type { ListedInstrument } from '@screener/exchanges';
import { describe, expect, it } from 'vitest';
import { changedRecord, instrumentEvent } from './instrument-records.ts';
import { listed } from './testing/scripted-exchange.ts';

const event = (more: Partial<ListedInstrument> = {}) => instrumentEvent({ ...listed('AUSDT'), ...more }, false);
const told = (now: Partial<ListedInstrument>, before: Partial<ListedInstrument>) => {
  const record = changedRecord(event(now), event(before), 5);
  return record && decodeAs('InstrumentChanged', record.value ?? new Uint8Array());
};

describe('what the log is told of an instrument', () => {
  it('is told once, and again when something of it changed', () => {
    expect(changedRecord(event(), undefined, 5)).toMatchObject({
      topic: 'instruments',
      key: 'binance:usdm:AUSDT',
      timestamp: 5,
    });
    expect(told({}, {})).toBeUndefined();
    expect(told({ status: 'halted' }, {})?.status).toBe('halted');
  });
});
