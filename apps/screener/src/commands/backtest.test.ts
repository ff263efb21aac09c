/** `screener backtest` as people run it, on files and on a log. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { encodeEvent, type KlineClosed } from '@screener/events';
import type { NewRecord } from '@screener/log';
import { presetRules, presets, watchlistKey } from '@screener/rules';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandBed, openCommandBed } from '../testing/command-bed.ts';

const START = Date.UTC(2026, 0, 5);
const [FIRST, SECOND] = ['test:usdm:AAAUSDT', 'test:usdm:BBBUSDT'] as const;
const MINUTES = 120;

/** A price that rises by a tenth in some minutes and falls by as much after them; the second instrument does so a little later. */
function candlesOf(instrument: string): readonly KlineClosed[] {
  const later = instrument === FIRST ? 0 : 7;
  let close = 100;
  return Array.from({ length: MINUTES }, (_, minute): KlineClosed => {
    const open = close;
    if ((minute - later) % 40 === 20) close = open * 1.125;
    if ((minute - later) % 40 === 27) close = open / 1.125;
    const volume = 2 + (minute % 3);
    return {
      ...{ instrument, openTime: START + minute * 60_000, source: 'stream' },
      ...{ open, high: Math.max(open, close) + 0.5, low: Math.min(open, close) - 0.5, close },
      ...{ volume, quoteVolume: volume * close, trades: minute % 5 },
      ...{ takerBuyVolume: 1, takerBuyQuoteVolume: close },
    };
  });
}

const HEADER =
  'open_time_ms,open,high,low,close,volume,close_time_ms,quote_volume,trades,taker_buy_volume,taker_buy_quote_volume';
const csvOf = (candles: readonly KlineClosed[]): string =>
  [
    HEADER,
    ...candles.map((c) =>
      [
        ...[c.openTime, c.open, c.high, c.low, c.close, c.volume, c.openTime + 59_999],
        ...[c.quoteVolume, c.trades, c.takerBuyVolume, c.takerBuyQuoteVolume],
      ].join(','),
    ),
  ].join('\n');

let bed: CommandBed;
let folder: string;
let files: readonly string[];
beforeAll(async () => {
  bed = await openCommandBed();
  folder = mkdtempSync(join(tmpdir(), 'screener-backtest-'));
  files = [FIRST, SECOND].map((instrument) => {
    const file = join(folder, `${instrument.split(':')[2]}.csv`);
    writeFileSync(file, csvOf(candlesOf(instrument)));
    return file;
  });
  await bed.log.writer().append([
    { ...instrumentRecord(FIRST), timestamp: START },
    { ...instrumentRecord(SECOND), timestamp: START },
    ...recordsOf('klines.history', FIRST, 0, 50),
    ...recordsOf('klines.history', SECOND, 0, 40),
    ...recordsOf('klines.closed', FIRST, 40, MINUTES),
    ...recordsOf('klines.closed', SECOND, 40, MINUTES),
    ...corrected(SECOND, 66),
    { ...ruleRecord('mine', 1, 'change_1m > 50.0'), timestamp: START },
    { ...ruleRecord('mine', 2, 'change_1m > 5.0'), timestamp: START },
    { ...levelRecord('level', 106), timestamp: START },
    { ...ruleRecord('listed', 1, 'change_1m > 5.0', 'some'), timestamp: START },
    { ...ruleRecord('unlisted', 1, 'change_1m > 5.0', 'nobody'), timestamp: START },
    // Longer than what a rule may name itself.
    {
      ...watchlistRecord('some', [...Array.from({ length: 1_500 }, (_, at) => `C${at}USDT`), 'BBBUSDT']),
      timestamp: START,
    },
    { ...primedRecord(FIRST), timestamp: START - 1 },
  ]);
});
afterAll(async () => {
  await bed.close();
  rmSync(folder, { recursive: true });
});

const instrumentRecord = (instrument: string): Omit<NewRecord, 'timestamp'> => ({
  ...{ topic: 'instruments', key: instrument },
  value: encodeEvent('InstrumentChanged', {
    ...{ instrument, exchange: 'test', market: 'usdm', symbol: instrument.split(':')[2] ?? '' },
    ...{ base: 'X', quote: 'USDT', status: 'trading' },
  }),
});

const ruleRecord = (
  rule: string,
  version: number,
  condition: string,
  watchlist: string | null = null,
): Omit<NewRecord, 'timestamp'> => ({
  ...{ topic: 'rules', key: `${rule}/${version}` },
  value: encodeEvent('RuleSaved', {
    ...{ rule, version, owner: 'me', title: 'Mine', text: '', condition, parameters: {} },
    ...{ timeframe: '1m', cooldownMs: 0 },
    universe: { quotes: [], topByVolume: null, watchlist, symbols: [], exclude: [] },
  }),
});

const levelRecord = (rule: string, level: number): Omit<NewRecord, 'timestamp'> => ({
  ...{ topic: 'rules', key: `${rule}/1` },
  value: encodeEvent('RuleSaved', {
    ...{ rule, version: 1, owner: 'me', title: 'Level', text: '', condition: 'true', parameters: {} },
    ...{ timeframe: '1m', cooldownMs: 0, mode: 'live', priceLevel: { level, direction: 'up' } },
  }),
});

const watchlistRecord = (name: string, symbols: string[]): Omit<NewRecord, 'timestamp'> => ({
  ...{ topic: 'watchlists', key: watchlistKey({ owner: 'me', name }) },
  value: encodeEvent('WatchlistSaved', { owner: 'me', name, symbols }),
});

/** Enough for the RSI of an hour, whose first bar of our own candles is the last that is missing. */
function primedRecord(instrument: string): Omit<NewRecord, 'timestamp'> {
  const bars = Array.from({ length: 14 }, (_, index) => index);
  const column = (value: (index: number) => number): number[] => bars.map(value);
  const prices = {
    open: column(() => 100),
    high: column(() => 103),
    low: column(() => 99),
    close: column((index) => 100 + (index % 3)),
  };
  const none = column(() => 0);
  return {
    ...{ topic: 'bars.primed', key: `${instrument}/1h` },
    value: encodeEvent('BarsPrimed', {
      ...{ instrument, interval: '1h', openTime: column((index) => START - (14 - index) * 3_600_000), ...prices },
      ...{ volume: none, quoteVolume: none, trades: none, takerBuyVolume: none, takerBuyQuoteVolume: none },
    }),
  };
}

const record = (topic: string, candle: KlineClosed, value: Buffer): NewRecord => {
  return { topic, key: candle.instrument, timestamp: candle.openTime + 59_999, value };
};
/** The candle of one minute comes wrong, and is corrected later. */
const wrongly = (candle: KlineClosed, minute: number): KlineClosed =>
  candle.openTime === START + minute * 60_000 ? { ...candle, high: candle.high * 2, close: candle.close * 2 } : candle;
const recordsOf = (topic: string, instrument: string, from: number, to: number): NewRecord[] =>
  candlesOf(instrument)
    .slice(from, to)
    .map((candle) => (instrument === SECOND && topic === 'klines.closed' ? wrongly(candle, 66) : candle))
    .map((candle) => record(topic, candle, encodeEvent('KlineClosed', candle)));
function corrected(instrument: string, minute: number): NewRecord[] {
  const candle = candlesOf(instrument)[minute];
  if (candle === undefined) return [];
  const why = { previous: null, reason: 'the exchange says so', source: 'rest' } as const;
  const value = encodeEvent('KlineCorrected', { ...candle, ...why });
  return [record('klines.closed', candle, value)];
}

const CONDITION = ['--condition', 'change_1m > 5.0', '--timeframe', '1m', '--cooldown', '0'];
const SYMBOLS = ['--symbols', `${FIRST},${SECOND}`];
const onFiles = (...args: readonly string[]) => bed.screener('backtest', ...args, '--candles', ...files);

describe('screener backtest', () => {
  it('prints a line of CSV per alert', async () => {
    const { code, lines } = await onFiles(...CONDITION, ...SYMBOLS, '--format', 'csv');
    expect(code).toBe(0);
    expect(`${lines.join('\n')}\n`).toBe(readFileSync(new URL('testing/backtest.csv', import.meta.url), 'utf8'));
  });

  it('prints one JSON object with the statistics', async () => {
    const { code, lines } = await onFiles(...CONDITION, ...SYMBOLS, '--format', 'json');
    expect([code, lines.length]).toEqual([0, 1]);
    const golden = readFileSync(new URL('testing/backtest.json', import.meta.url), 'utf8');
    expect(JSON.parse(lines[0] ?? '')).toEqual(JSON.parse(golden));
  });

  it('prints a table for people', async () => {
    const { lines } = await onFiles(...CONDITION, ...SYMBOLS);
    expect(lines[0]).toContain(
      '240 candles of 2 instruments, 2026-01-05 00:00:00 to 2026-01-05 02:00:00 UTC; long trades',
    );
    expect(lines[2]).toContain('6 alerts on 2 instruments in 240 minutes, 72.00 a day, 100 % within 15 min');
    expect(lines.some((line) => /^5m +6 +6 +alerts .*p = 0\.\d{4}$/.test(line))).toBe(true);
    expect(lines.filter((line) => line.includes(FIRST))).toHaveLength(3);
  });

  it('says the same of the log as of files: what was backfilled, collected and corrected', async () => {
    const [ofFiles, ofLog] = [
      await onFiles(...CONDITION, ...SYMBOLS, '--format', 'json'),
      await bed.screener('backtest', '--demo', ...CONDITION, '--format', 'json'),
    ];
    expect(ofLog.error).toBe('');
    expect(JSON.parse(ofLog.lines[0] ?? '')).toEqual(JSON.parse(ofFiles.lines[0] ?? ''));
  });

  it('takes the newest version of a rule of the log, on the symbols or the universe asked for', async () => {
    const mine = async (...args: readonly string[]) => {
      const { lines, error } = await bed.screener('backtest', '--demo', '--rule', 'mine', '--format', 'csv', ...args);
      expect(error).toBe('');
      return lines.slice(1).map((line) => line.split(',').slice(0, 3).join(' '));
    };
    expect(await mine()).toHaveLength(6);
    expect(await mine('--symbols', 'BBBUSDT')).toEqual([`mine 2 ${SECOND}`, `mine 2 ${SECOND}`, `mine 2 ${SECOND}`]);
    expect(await mine('--universe', 'USDT')).toHaveLength(6);
    expect(await mine('--universe', 'BTC')).toEqual([]);
    expect(await mine('--from', '2026-01-05T01:00', '--to', '2026-01-05T01:10')).toHaveLength(2);
  });

  it('warms indicators up with the bars that were fetched before the first candle', async () => {
    const condition = ['--condition', 'rsi_1h > 0.0', '--cooldown', '1000'];
    const { lines, error } = await bed.screener('backtest', '--demo', ...condition, '--format', 'csv');
    expect(error).toBe('');
    expect(lines.slice(1).map((line) => line.split(',').slice(2, 4))).toEqual([[FIRST, '2026-01-05T00:59:00.000Z']]);
  });

  it('knows who is on the watchlist of a rule', async () => {
    const onList = async (rule: string) => {
      const { lines, error } = await bed.screener('backtest', '--demo', '--rule', rule, '--format', 'csv');
      return error === '' ? lines.slice(1).map((line) => line.split(',')[2]) : error;
    };
    expect(await onList('listed')).toEqual([SECOND, SECOND, SECOND]);
    expect(await onList('unlisted')).toContain("'nobody'");
  });

  it('knows the market of all instruments, whichever the rule is for', async () => {
    // The second rises seven minutes after the first, when that falls: in the minute after it is the one that rose most.
    const condition = [
      '--condition',
      'rank.change_5m == 1 && market.instruments == 2 && change_1m == 0.0 && change_5m > 5.0',
    ];
    const on = async (...args: readonly string[]) => {
      const { lines, error } = await bed.screener('backtest', ...condition, '--cooldown', '8', ...args);
      expect(error).toBe('');
      return lines;
    };
    const csv = async (...args: readonly string[]) =>
      (await on('--format', 'csv', ...args)).slice(1).map((line) => line.split(',').slice(2, 4).join(' '));
    const all = await csv('--demo');
    expect(new Set(all.map((line) => line.split(' ')[0]))).toEqual(new Set([FIRST, SECOND]));
    const second = all.filter((line) => line.startsWith(SECOND));
    expect(second).toContain(`${SECOND} 2026-01-05T00:28:00.000Z`);
    expect(await csv('--demo', '--symbols', 'bbbusdt')).toEqual(second);
    expect(await csv('--candles', ...files, '--symbols', `${FIRST},${SECOND}`)).toEqual(all);
    const table = await on('--demo', '--symbols', 'BBBUSDT');
    expect(table[0]).toMatch(/^120 candles of 1 instruments/);
    expect(table[1]).toBe('numbers of the market are those of the 2 instruments that have candles here');
    const { market } = JSON.parse((await on('--demo', '--json'))[0] ?? '') as { market: number };
    expect(market).toBe(2);
  });

  it('looks at price levels at the close of each candle, with its whole range', async () => {
    const { lines } = await bed.screener('backtest', '--demo', '--rule', 'level', '--symbols', 'AAAUSDT');
    expect(lines[1]).toBe('level version 1, Level: price crosses 106, up');
    expect(lines[2]).toMatch(/^3 alerts on 1 instruments/);
  });

  it('takes several rules, presets among them, and names files after themselves', async () => {
    // Named twice it is run once.
    const { lines } = await onFiles('--rule', 'pump_radar', 'pump_radar', 'bull_whale', '--format', 'json');
    const { rules, instruments } = JSON.parse(lines[0] ?? '') as { rules: { rule: string }[]; instruments: number };
    expect(rules.map(({ rule }) => rule)).toEqual(['pump_radar', 'bull_whale']);
    expect(instruments).toBe(2);
  });

  it('measures changes as --change-basis says', async () => {
    const firstChange = async (...args: readonly string[]) => {
      const { lines } = await onFiles('--condition', 'price > 110.0', '--timeframe', '5m', '--format', 'csv', ...args);
      return lines[1]?.split(',')[7];
    };
    expect(await firstChange()).toBe('12.5');
    const one = join(folder, 'basis.csv');
    writeFileSync(one, csvOf(candlesOf(FIRST).slice(20)));
    const at = async (basis: string) => {
      const condition = ['--condition', 'change_1m > 5.0', '--timeframe', '1m'];
      return (
        await bed.screener('backtest', ...condition, '--change-basis', basis, '--candles', one, '--format', 'csv')
      ).lines;
    };
    // Against the close of its own only candle no minute ever changed.
    expect([(await at('open')).length, (await at('oldest-close')).length]).toEqual([4, 1]);
  });

  it.each([
    ['needs a rule', [], '--rule is'],
    [
      'or a condition, and not both',
      ['--rule', 'big_bull_60m', '--condition', 'price > 1.0'],
      'either --rule or --condition',
    ],
    ['knows its rules', ['--rule', 'big_bul_60m'], 'one of big_bull_60m'],
    ['explains a wrong condition', ['--condition', 'chnge_1h > 1.0'], 'change_1h'],
    [
      'refuses what the candles do not have',
      ['--condition', 'btc.change_1h > 0.5'],
      'none of the 2 instruments is Bitcoin',
    ],
    [
      'wants a name for each file',
      ['--condition', 'price > 1.0', '--symbols', 'A'],
      'one symbol for each of the 2 files',
    ],
    ['knows two sides', ['--condition', 'price > 1.0', '--side', 'up'], "--side is 'up': expected long or short"],
    ['has one format', ['--condition', 'price > 1.0', '--json', '--format', 'csv'], '--json'],
    ['knows its formats', ['--condition', 'price > 1.0', '--format', 'xml'], "--format is 'xml'"],
    ['knows two bases', ['--condition', 'price > 1.0', '--change-basis', 'close'], "--change-basis is 'close'"],
    [
      'has a beginning before its end',
      ['--condition', 'price > 1.0', '--from', '2026-01-06', '--to', '2026-01-05'],
      '--to is',
    ],
    ['has no universe of files', ['--condition', 'price > 1.0', '--universe', 'USDT'], '--universe is'],
    ['knows windows', ['--condition', 'price > 1.0', '--timeframe', '1y'], 'timeframe'],
  ])('%s', async (_, args, expected) => {
    const { code, error } = await onFiles(...args);
    expect(error.split('\n')).toHaveLength(2);
    expect([code, error]).toEqual([2, expect.stringContaining(expected)]);
  });

  it('refuses a file without a column that the rule reads, and takes it where it does not', async () => {
    const file = join(folder, 'sparse.csv');
    writeFileSync(
      file,
      csvOf(candlesOf(FIRST))
        .replaceAll(/^((?:[^,]*,){7})[^,]*,[^,]*/gm, '$1,')
        .replace(/^.*\n/, `${HEADER}\n`),
    );
    const onSparse = (condition: string) => bed.screener('backtest', '--condition', condition, '--candles', file);
    expect((await onSparse('volume_5m > 1.0')).error).toContain(
      'line 2: quoteVolume is not known, and condition reads volume_5m',
    );
    expect((await onSparse('candles.last(3).all(c, c.trades > 1.0)')).error).toContain('trades is not known');
    expect((await onSparse('change_5m > 1.0 && candles.last(3).all(c, c.close > 1.0)')).code).toBe(0);
  });

  it('refuses more minutes than it can hold, a wrong year among them, before it tries to', async () => {
    const file = join(folder, 'wrong-year.csv');
    const [first, ...others] = candlesOf(FIRST);
    writeFileSync(file, csvOf([{ ...(first as KlineClosed), openTime: 60_000 }, ...others]));
    const { code, error } = await bed.screener('backtest', ...CONDITION, '--candles', file);
    expect([code, error]).toEqual([2, expect.stringContaining('at most 15000000')]);
  });

  it('refuses symbols that the log does not know', async () => {
    const { code, error } = await bed.screener('backtest', '--demo', ...CONDITION, '--symbols', 'AABUSDT');
    expect([code, error]).toEqual([2, expect.stringContaining("--symbols is 'AABUSDT': expected AAAUSDT")]);
  });

  it('has nothing to say of an empty log, and says so', async () => {
    const { code, lines } = await bed.screener('backtest', '--demo', ...CONDITION, '--universe', 'EUR');
    expect([code, lines[0]]).toEqual([0, 'no candles: nothing of what was asked for is there']);
  });

  it('runs every preset', async () => {
    const ids = presetRules.map(({ rule }) => rule);
    const { code, lines } = await onFiles('--rule', ...ids, '--format', 'json');
    expect(code).toBe(0);
    expect((JSON.parse(lines[0] ?? '') as { rules: object[] }).rules).toHaveLength(ids.length);
  });
});

const shared = new URL('../../../../../shared/data/', import.meta.url);
const hasShared = existsSync(shared);
if (!hasShared) console.warn('SKIPPED: alerts of the reference screener, no ../shared/data beside the repository');

describe.runIf(hasShared)('on a week of real candles', () => {
  it('alerts in exactly the minutes in which the reference screener does', { timeout: 60_000 }, async () => {
    const known = gunzipSync(readFileSync(new URL('predecessor-alerts.jsonl.gz', shared))).toString();
    const week = JSON.parse(known.slice(0, known.indexOf('\n'))) as {
      file: string;
      first_open_time: number;
      alerts_true_windows: readonly (readonly [number, readonly string[]])[];
    };
    const vectorIds = new Map(presets.flatMap(({ rule, vectorId }) => (vectorId ? [[rule, vectorId] as const] : [])));
    // The reference reads windows of a day that are not full yet; the product has none.
    const fullFrom = week.first_open_time + 1_439 * 60_000;
    const candles = fileURLToPath(new URL(`candles/${week.file}`, shared));
    const basis = ['--change-basis', 'oldest-close', '--cooldown', '0', '--format', 'csv'];
    const { lines } = await bed.screener('backtest', '--rule', ...vectorIds.keys(), ...basis, '--candles', candles);
    const found = lines.slice(1).flatMap((line) => {
      const [rule = '', , , , openTime] = line.split(',');
      return Number(openTime) < fullFrom ? [] : [`${openTime} ${vectorIds.get(rule)}`];
    });
    const expected = week.alerts_true_windows
      .filter(([openTime]) => openTime >= fullFrom)
      .flatMap(([openTime, ids]) => ids.map((id) => `${openTime} ${id}`));
    expect(expected.length).toBeGreaterThan(300);
    expect(found.sort()).toEqual(expected.sort());
  });
});
