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

  it('is told anew when its capitalisation is known, or not any more, or has changed clearly', () => {
    expect(told({ marketCap: 100 }, {})?.marketCap).toBe(100);
    expect(told({ marketCap: 105 }, { marketCap: 100 })).toBeUndefined();
    expect(told({ marketCap: 89 }, { marketCap: 100 })?.marketCap).toBe(89);
    expect(told({ marketCap: null }, { marketCap: 100 })?.marketCap).toBeNull();
    expect(told({ marketCap: null }, {})).toBeUndefined();
    expect(told({ marketCap: undefined }, { marketCap: 100 }), 'nobody was heard').toBeUndefined();
    expect(told({ marketCap: 101, status: 'halted' }, { marketCap: 100 })).toMatchObject({ status: 'halted' });
  });
});
