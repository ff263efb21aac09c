import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeEvent, type RuleSaved } from '@screener/events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CommandBed, openCommandBed } from '../testing/command-bed.ts';

let bed: CommandBed;
beforeEach(async () => {
  bed = await openCommandBed();
});
afterEach(() => bed.close());

const listed = async (...symbols: readonly string[]): Promise<void> => {
  await bed.log.writer().append(
    symbols.map((symbol) => {
      const instrument = `test:usdm:${symbol}`;
      const facts = {
        exchange: 'test',
        market: 'usdm',
        symbol,
        base: symbol,
        quote: 'USDT',
        status: 'trading',
      } as const;
      const value = encodeEvent('InstrumentChanged', { instrument, ...facts, simulated: true });
      return { topic: 'instruments', key: instrument, timestamp: 0, value };
    }),
  );
};

const save = (...args: readonly string[]) => bed.screener('watchlists', 'save', ...args);

describe('screener watchlists', () => {
  it('saves, shows, replaces, lists and removes', async () => {
    const saved = await save('majors', '--symbols', 'BTCUSDT, ETHUSDT,BTCUSDT');
    expect([saved.code, ...saved.lines]).toEqual([0, 'saved watchlist majors of command-line: 2 symbols']);
    expect((await bed.screener('watchlists', 'show', 'majors')).lines).toEqual(['BTCUSDT', 'ETHUSDT']);
    await save('majors', '--symbols', 'SOLUSDT');
    await save('mine', '--owner', 'somebody', '--symbols', 'A,B,C,D,E,F');
    const { lines } = await bed.screener('watchlists', 'list');
    expect(lines.map((line) => line.replace(/\d{4}-\d\d-\d\d [\d:]+/, 'TIME').split(/ {2,}/))).toEqual([
      ['owner', 'name', 'symbols', 'saved', 'first'],
      ['command-line', 'majors', '1', 'TIME', 'SOLUSDT'],
      ['somebody', 'mine', '6', 'TIME', 'A B C D E …'],
    ]);
    const removed = await bed.screener('watchlists', 'remove', 'majors');
    expect([removed.code, ...removed.lines]).toEqual([0, 'removed watchlist majors of command-line']);
    const left = await bed.screener('watchlists', 'list', '--json');
    expect(left.lines.map((line) => JSON.parse(line))).toEqual([
      { owner: 'somebody', name: 'mine', symbols: ['A', 'B', 'C', 'D', 'E', 'F'], savedAt: expect.any(String) },
    ]);
    expect((await bed.screener('watchlists', 'list', '--owner', 'nobody')).lines).toEqual(['no watchlists']);
  });

  it('takes a file, and symbols in any case as the exchange spells them', async () => {
    await listed('BTCUSDT', 'ETHUSDT');
    const file = join(bed.home, 'majors.txt');
    writeFileSync(file, 'btcusdt\n\n  Test:usdm:ethusdt\r\nBTCUSDT\n');
    const { lines } = await save('majors', '--file', file, '--json');
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      ...{ owner: 'command-line', name: 'majors', symbols: ['BTCUSDT', 'test:usdm:ETHUSDT'] },
    });
  });

  it('refuses what is not listed, unless it is asked to take it', async () => {
    await listed('BTCUSDT', 'ETHUSDT');
    const refused = await save('majors', '--symbols', 'BTCUSDT,ETHUSD');
    expect(refused.code).toBe(2);
    expect(refused.error).toBe("screener: --symbols is 'ETHUSD': expected ETHUSDT, for example --symbols ETHUSDT\n");
    expect((await bed.screener('watchlists', 'list')).lines).toEqual(['no watchlists']);
    expect((await save('majors', '--symbols', 'BTCUSDT,NEWUSDT', '--unlisted')).code).toBe(0);
  });

  it('tells which rules are for nothing without a list', async () => {
    const rule = (id: string, version: number, watchlist: string | null, owner = 'command-line'): RuleSaved => ({
      ...{ rule: id, version, owner, title: id, text: '', condition: 'true', parameters: {}, timeframe: '1h' },
      ...{ cooldownMs: 0, universe: { quotes: [], topByVolume: null, watchlist, symbols: [], exclude: [] } },
    });
    await save('majors', '--symbols', 'BTCUSDT');
    const rules = [
      ...[rule('reads', 1, null), rule('reads', 2, 'majors'), rule('read', 1, 'majors'), rule('read', 2, null)],
      ...[rule('other', 1, 'majors', 'somebody'), { ...rule('off', 1, 'majors'), enabled: false }],
    ];
    await bed.log.writer().append(
      rules.map((event) => ({
        ...{ topic: 'rules', key: `${event.rule}/${event.version}`, timestamp: 0 },
        value: encodeEvent('RuleSaved', event),
      })),
    );
    expect((await bed.screener('watchlists', 'remove', 'majors')).lines).toEqual([
      'removed watchlist majors of command-line; rules that name it and are for nothing now: reads',
    ]);
  });

  it.each([
    [['save', 'a/b', '--symbols', 'X'], "watchlist 'a/b': its name is 'a/b'; expected 1 to 100 characters without /"],
    [['save', 'a', '--symbols', 'X', '--owner', ' '], "its owner is ' '"],
    [['save', 'a'], "--symbols is '': expected either this or --file"],
    [['save', 'a', '--symbols', 'X', '--file', 'f'], "--symbols is 'X' beside '--file f': expected either"],
    [['save', 'a', '--symbols', ' , '], "--symbols is ' , ': expected symbols separated by commas"],
    [['save', 'a', '--symbols', 'B C'], "it has 'B C' among its symbols"],
    [['save', 'a', '--file', '/nowhere/at/all'], 'cannot read /nowhere/at/all'],
    [['save'], 'screener watchlists save needs <name>'],
    [['show', 'majorz'], "command-line has no watchlist 'majorz': expected one of majors"],
    [['remove', 'majors', '--owner', 'somebody'], "somebody has no watchlist 'majors': expected one that was saved"],
    [['delete'], "unknown command 'watchlists delete': expected one of watchlists list, watchlists show"],
  ])('%j is refused with one line', async (args, line) => {
    await save('majors', '--symbols', 'BTCUSDT');
    const { code, error } = await bed.screener('watchlists', ...args);
    expect([code, error.split('\n').length]).toEqual([2, 2]);
    expect(error).toContain(line);
  });

  it('says what to do with a log from before there were lists', async () => {
    await bed.empty();
    const { code, error } = await bed.screener('watchlists', 'list', '--demo');
    expect(code).toBe(1);
    expect(error).toMatch(/topic 'watchlists' does not exist .*screener topics apply/);
  });
});
