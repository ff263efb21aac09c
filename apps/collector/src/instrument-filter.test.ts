import { describe, expect, it } from 'vitest';
import { chooseInstruments, type InstrumentFilter, symbolsUnknown } from './instrument-filter.ts';
import { listed } from './testing/scripted-exchange.ts';

const filter: InstrumentFilter = {
  ...{ quotes: ['USDT'], kinds: ['perpetual'], statuses: ['trading'], symbols: undefined },
  ...{ symbolsDenied: [], topByVolume: undefined },
};
const all = [
  listed('AUSDT'),
  listed('BUSDT', { status: 'halted' }),
  listed('CUSDC', { quote: 'USDC' }),
  listed('DUSDT', { kind: 'spot' }),
  listed('币USDT'),
];
const chosen = (more: Partial<InstrumentFilter>, values: readonly [string, number][] = []): string[] =>
  chooseInstruments(all, { ...filter, ...more }, new Map(values), new Set()).map(({ symbol }) => symbol);

describe('the filter of instruments', () => {
  it('goes by quote and kind, and keeps those that are halted: they may be traded again', () => {
    expect(chosen({})).toEqual(['AUSDT', 'BUSDT', '币USDT']);
    expect(chosen({ quotes: ['usdc'] })).toEqual(['CUSDC']);
    expect(chosen({ kinds: ['spot', 'other'] })).toEqual(['DUSDT']);
  });

  it('allows and denies symbols in any script, with or without their exchange', () => {
    expect(chosen({ symbols: ['ausdt', 'binance:usdm:币USDT'] })).toEqual(['AUSDT', '币USDT']);
    expect(chosen({ symbols: ['bybit:linear:AUSDT'] })).toEqual([]);
    expect(chosen({ symbolsDenied: ['binance:usdm:ausdt', '币USDT'] })).toEqual(['BUSDT']);
    expect(symbolsUnknown(all, ['AUSDT', 'binance:usdm:busdt', 'NOUSDT'])).toEqual(['NOUSDT']);
  });

  it('puts the most traded first', () => {
    expect(
      chosen({}, [
        ['币USDT', 5],
        ['AUSDT', 2],
      ]),
    ).toEqual(['币USDT', 'AUSDT', 'BUSDT']);
  });

  it('takes the most traded, and lets one go only when its rank is clearly worse', () => {
    const ten = Array.from({ length: 20 }, (_, index) => listed(`S${index}USDT`));
    const values = new Map(ten.map(({ symbol }, index) => [symbol, 100 - index]));
    const top = { ...filter, topByVolume: 10 };
    const first = chooseInstruments(ten, top, values, new Set()).map(({ symbol }) => symbol);
    expect(first).toEqual(ten.slice(0, 10).map(({ symbol }) => symbol));
    const after = (value: number): string[] =>
      chooseInstruments(ten, top, new Map(values).set('S9USDT', value), new Set(first)).map(({ symbol }) => symbol);
    // Behind the tenth and the eleventh: who came up is in, who fell a little stays.
    expect(after(88.5).sort()).toEqual([...first, 'S10USDT'].sort());
    expect(after(80)).not.toContain('S9USDT');
  });
});
