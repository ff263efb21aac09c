import { createLogger } from '@screener/service';
import { describe, expect, it } from 'vitest';
import { Catalogue } from './catalogue.ts';
import { listed, type Script, scriptedExchange } from './testing/scripted-exchange.ts';

const logger = createLogger({ level: 'silent', name: 'test', json: false, write: () => {}, now: () => 0 });
const filter = {
  ...{ quotes: ['USDT'], kinds: ['perpetual' as const], statuses: ['trading' as const], symbols: undefined },
  ...{ symbolsDenied: [], topByVolume: undefined },
};
const catalogueOf = (script: Script): Catalogue =>
  new Catalogue({ exchange: scriptedExchange(script), filter, logger, now: () => 0, problem: () => {} });
const phases = (catalogue: Catalogue): Record<string, string> =>
  Object.fromEntries([...catalogue.chosen.values()].map(({ listed: { symbol }, phase }) => [symbol, phase]));

describe('the catalogue', () => {
  it('follows what the exchange says of each instrument', async () => {
    const statuses = ['trading', 'halted', 'trading', 'delisted'] as const;
    const catalogue = catalogueOf({
      instruments: (call) => [listed('AUSDT', { status: statuses[call - 1] ?? 'trading' }), listed('BUSDT')],
    });
    const seen: (string | undefined)[] = [];
    for (const _ of statuses) {
      await catalogue.refresh();
      seen.push(phases(catalogue).AUSDT);
    }
    expect(seen).toEqual(['trading', 'halted', 'trading', 'ending']);
  });

  it('lets go what is missing in three lists, not what is missing or unreadable once', async () => {
    const unreadable = [3, 4, 5];
    const catalogue = catalogueOf({
      instruments(call, problem) {
        if (unreadable.includes(call)) problem({ reason: 'unknown-shape', text: '', sample: '' });
        return call === 1 ? [listed('AUSDT'), listed('BUSDT')] : [listed('BUSDT')];
      },
    });
    const seen: (string | undefined)[] = [];
    for (let call = 1; call <= 7; call++) {
      await catalogue.refresh();
      seen.push(phases(catalogue).AUSDT);
    }
    // Missing in the second, the sixth and the seventh; of those between nobody knows.
    expect(seen).toEqual(['trading', 'trading', 'trading', 'trading', 'trading', 'trading', 'ending']);
    expect(phases(catalogue).BUSDT).toBe('trading');
    expect(catalogue.isGone('binance:usdm:NEVERUSDT')).toBe(true);
  });

  it('notices who is gone although an entry is never readable, and tells of that entry once', async () => {
    const told: string[] = [];
    const exchange = scriptedExchange({
      instruments(call, problem) {
        problem({ reason: 'unknown-shape', text: 'odd', sample: '{"a":1}' });
        if (call === 2) problem({ reason: 'unknown-status', text: 'BUSDT: DREAMING', sample: '' });
        return call === 1 ? [listed('AUSDT'), listed('BUSDT')] : [listed('BUSDT')];
      },
    });
    const problem = ({ text }: { readonly text: string }): void => void told.push(text);
    const catalogue = new Catalogue({ exchange, filter, logger, now: () => 0, problem });
    const seen: (string | undefined)[] = [];
    for (let call = 1; call <= 4; call++) {
      await catalogue.refresh();
      seen.push(phases(catalogue).AUSDT);
    }
    expect(seen).toEqual(['trading', 'trading', 'trading', 'ending']);
    expect(told).toEqual(['odd', 'BUSDT: DREAMING']);
  });

  it('takes nobody for delisted by a list that has hardly anybody', async () => {
    const all = ['AUSDT', 'BUSDT', 'CUSDT', 'DUSDT', 'EUSDT'].map((symbol) => listed(symbol));
    const lines: string[] = [];
    const write = (line: string): void => void lines.push(line);
    const catalogue = new Catalogue({
      exchange: scriptedExchange({ instruments: (call) => (call === 1 || call > 6 ? all : all.slice(0, call % 2)) }),
      ...{ filter, now: () => 0, problem: () => {} },
      logger: createLogger({ level: 'warn', name: 'test', json: false, write, now: () => 0 }),
    });
    for (let call = 1; call <= 7; call++) {
      await catalogue.refresh();
      expect(Object.values(phases(catalogue))).toEqual(Array.from(all, () => 'trading'));
    }
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('binance:usdm lists 0 instruments, 5 a while ago');
  });

  it('keeps who was collected until now, as far as its rank has not fallen far', async () => {
    const symbols = Array.from({ length: 10 }, (_, rank) => `S${rank}USDT`);
    const exchange = scriptedExchange({
      instruments: () => symbols.map((symbol) => listed(symbol)),
      dayValues: () => new Map(symbols.map((symbol, rank) => [symbol, 100 - rank])),
    });
    const catalogue = new Catalogue({
      ...{ exchange, logger, now: () => 0, problem: () => {} },
      filter: { ...filter, topByVolume: 5 },
    });
    await catalogue.refresh();
    expect(Object.keys(phases(catalogue))).toEqual(symbols.slice(0, 5));
    catalogue.keep(['S5USDT', 'S9USDT']);
    expect(Object.keys(phases(catalogue))).toEqual(symbols.slice(0, 6));
    await catalogue.refresh();
    expect(Object.keys(phases(catalogue))).toEqual(symbols.slice(0, 6));
  });

  it('knows market capitalisations once they are heard, and waits for nobody', async () => {
    const caps = new Map<string, number>();
    const marketCaps = {
      refresh: () => new Promise<void>(() => {}),
      of: (asset: string) => (caps.size === 0 ? undefined : (caps.get(asset) ?? null)),
    };
    const exchange = scriptedExchange({ instruments: () => [listed('AUSDT'), listed('BUSDT', { base: 'B' })] });
    const options = { exchange, filter, logger, now: () => 0, problem: () => {} };
    const known = async (catalogue: Catalogue) => {
      await catalogue.refresh();
      return catalogue.listed.map(({ marketCap }) => marketCap);
    };
    const catalogue = new Catalogue({ ...options, marketCaps });
    expect(await known(catalogue)).toEqual([undefined, undefined]);
    caps.set(listed('AUSDT').base, 7);
    expect(await known(catalogue)).toEqual([7, null]);
    expect(await known(new Catalogue(options)), 'without a key').toEqual([null, null]);
  });

  it('goes on with the order of the list where traded values cannot be had', async () => {
    const catalogue = catalogueOf({
      instruments: () => [listed('AUSDT'), listed('BUSDT')],
      dayValues() {
        throw new Error('no answer');
      },
    });
    await catalogue.refresh();
    expect(Object.keys(phases(catalogue))).toEqual(['AUSDT', 'BUSDT']);
  });
});
