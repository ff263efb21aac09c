/** The two commands for analysts with files of their own: what they print, and what they say of bad files. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { ScreenerError } from '@screener/errors';
import { flatMetrics, InstrumentState } from '@screener/market';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Command, CommandIo } from '../command.ts';
import { metricsCommand } from './metrics.ts';
import { rulesEvaluateCommand } from './rules-evaluate.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'screener-file-commands-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

class Collected extends Writable {
  text = '';
  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

async function run(command: Command, args: readonly string[], environment: Record<string, string> = {}) {
  const stdout = new Collected();
  const stderr = new Collected();
  const io: CommandIo = { stdout, stderr, environment, signal: new AbortController().signal };
  let error: ScreenerError | undefined;
  try {
    expect(await command.run(args, io)).toBe(0);
  } catch (thrown) {
    if (!(thrown instanceof ScreenerError)) throw thrown;
    error = thrown;
  }
  const lines = stdout.text === '' ? [] : stdout.text.trimEnd().split('\n');
  return { error, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

const HEADER =
  'open_time_ms,open,high,low,close,volume,close_time_ms,quote_volume,trades,taker_buy_volume,taker_buy_quote_volume';
const row = (minute: number, close = 10): string =>
  `${minute * 60_000},${close},${close + 1},${close - 1},${close},2,${minute * 60_000 + 59_999},20,3,1,10`;
const csv = (...rows: readonly string[]): string => `${[HEADER, ...rows].join('\n')}\n`;

const fixture = new URL('../../../../libs/market/fixtures/candles.csv', import.meta.url);

describe('screener metrics', () => {
  it('prints the flat names of every candle of a plain or gzipped file', async () => {
    const text = readFileSync(fixture, 'utf8');
    const plain = await run(metricsCommand, ['--candles', file('plain.csv', text), '--instrument', 'a:b:C']);
    const gzipped = await run(metricsCommand, ['--candles', file('zipped.csv.gz', gzipSync(text))]);
    expect(plain.error).toBeUndefined();
    expect(plain.lines).toHaveLength(1_600);
    expect(gzipped.lines).toEqual(plain.lines.map(({ instrument: _, ...rest }) => rest));
    const state = new InstrumentState();
    text
      .trimEnd()
      .split('\n')
      .slice(1)
      .forEach((line, index) => {
        const [
          openTime = 0,
          open = 0,
          high = 0,
          low = 0,
          close = 0,
          volume = 0,
          ,
          quoteVolume = 0,
          trades = 0,
          ...taker
        ] = line.split(',').map(Number);
        const [takerBuyVolume = 0, takerBuyQuoteVolume = 0] = taker;
        const amounts = { volume, quoteVolume, trades, takerBuyVolume, takerBuyQuoteVolume };
        const metrics = state.add({ openTime, open, high, low, close, ...amounts });
        if (metrics.outcome === 'refused') throw new Error(metrics.text);
        const expected = { time: openTime, instrument: 'a:b:C', ...flatMetrics(metrics, 'open') };
        expect(plain.lines[index]).toEqual(expected);
      });
    const names = Object.keys(plain.lines.at(-1) ?? {});
    for (const name of ['price', 'change_1d', 'base_volume_5m', 'vwap_8h', 'vcp_15m', 'fib_s3_4h', 'rsi_1h']) {
      expect(names).toContain(name);
    }
  });

  it('measures changes as CHANGE_BASIS says', async () => {
    const path = file('basis.csv', csv('0,8,12,8,10,1,,,,,', row(1, 11), row(2, 11), row(3, 11), row(4, 11)));
    const change = async (environment: Record<string, string>) =>
      (await run(metricsCommand, ['--candles', path], environment)).lines.at(-1)?.change_5m;
    expect(await change({})).toBe(((11 - 8) / 8) * 100);
    expect(await change({ CHANGE_BASIS: 'oldest-close' })).toBe(((11 - 10) / 10) * 100);
  });

  it('has the windows of CUSTOM_WINDOWS too', async () => {
    const path = file('custom.csv', csv(row(0, 8), row(1, 11), row(2, 12)));
    const { lines } = await run(metricsCommand, ['--candles', path], { CUSTOM_WINDOWS: '2m' });
    expect(lines.map(({ close_2m }) => close_2m)).toEqual([undefined, 11, 12]);
  });

  it('leaves windows out that contain a missing minute', async () => {
    const minutes = [0, 1, 2, 3, 4, 6, 7, 8, 9, 10];
    const { lines } = await run(metricsCommand, [
      '--candles',
      file('gap.csv', csv(...minutes.map((minute) => row(minute)))),
    ]);
    expect(lines.map((line) => 'close_5m' in line)).toEqual(minutes.map((minute) => minute === 4 || minute === 10));
    expect(lines.every((line) => 'close_1m' in line)).toBe(true);
  });

  it('leaves numbers out whose column is empty, as long as the window contains such a minute', async () => {
    const bare = '0,10,11,9,10,2,59999,,,,';
    const { lines } = await run(metricsCommand, [
      '--candles',
      file('bare.csv', csv(bare, ...[1, 2, 3, 4, 5].map((m) => row(m)))),
    ]);
    const first = lines[0] ?? {};
    expect(first).toMatchObject({ price: 10, base_volume_1m: 2 });
    for (const name of ['volume_1m', 'vwap_1m', 'vcp_1m', 'trades_1m', 'taker_share_1m'])
      expect(first).not.toHaveProperty(name);
    expect(lines[4]).toMatchObject({ base_volume_5m: 10, volume_1m: 20 });
    expect(lines[4]).not.toHaveProperty('volume_5m');
    expect(lines[5]).toMatchObject({ volume_5m: 100, trades_5m: 15, taker_share_5m: 0.5, vwap_5m: 10 });
  });

  it('reads Windows line ends, columns in another order and a file without a last line end', async () => {
    const text = 'close,open,high,low,volume,open_time_ms\r\n10,9,11,8,5,60000\r\n\r\n11,9,11,8,5,120000';
    const { lines, error } = await run(metricsCommand, ['--candles', file('other.csv', text)]);
    expect(error).toBeUndefined();
    expect(lines).toMatchObject([
      { time: 60_000, close_1m: 10, open_1m: 9 },
      { time: 120_000, close_1m: 11 },
    ]);
  });

  it.each<[string, string | Uint8Array, number, string]>([
    ['empty.csv', '', 1, 'the file is empty; expected open_time_ms'.replace('open_time_ms', 'columns open_time_ms')],
    ['header.csv', 'time,open\n', 1, 'the header lacks open_time_ms, high, low, close, volume; expected columns'],
    ['width.csv', csv(row(0), '1,2,3'), 3, 'it has 3 fields; expected 11 as in the header'],
    ['text.csv', csv(row(0).replace(',20,', ',many,')), 2, "quote_volume is 'many'; expected a number"],
    ['hole.csv', csv(row(0).replace(',10,', ',,')), 2, "open is ''; expected a number"],
    ['twice.csv', csv(row(0), row(1), row(1)), 4, 'open time 60000 is not after 60000; expected each minute once'],
    ['back.csv', csv(row(5), row(3)), 3, 'open time 180000 is not after 300000; expected the oldest candle first'],
    ['low.csv', csv('0,10,9,8,10,1,,,,,'), 2, 'high 9 is not the highest price; expected a candle'],
    ['5m.csv', csv('0,10,11,9,10,1,299999,,,,'), 2, 'close_time_ms is 299999; expected one-minute candles, so 59999'],
    ['long.csv', `${HEADER}\n${'1'.repeat(1_200_000)}`, 2, 'the line is longer than 1000000 characters'],
  ])('says what is wrong with %s', async (name, content, line, message) => {
    const path = file(name, content);
    const { error, lines } = await run(metricsCommand, ['--candles', path]);
    expect(error?.code).toBe('FILE_LINE_INVALID');
    expect(error?.exitCode).toBe(1);
    expect(error?.message).toContain(`${path} line ${line}: ${message}`);
    expect(lines).toHaveLength(Math.max(0, line - 2));
  });

  it('says that a file cannot be read', async () => {
    const damaged = gzipSync(csv(row(0), row(1))).subarray(0, 60);
    for (const path of [
      join(folder, 'none.csv'),
      folder,
      file('damaged.csv.gz', damaged),
      file('plain.csv.gz', csv(row(0))),
    ]) {
      const { error } = await run(metricsCommand, ['--candles', path]);
      expect(error?.code).toBe('FILE_UNREADABLE');
      expect(error?.message).toContain(`cannot read ${path}`);
    }
  });

  it('refuses wrong options', async () => {
    for (const args of [[], ['--candles'], ['--candles', ''], ['--candle', 'x'], ['--candles', 'x', 'y'], ['x']]) {
      const { error } = await run(metricsCommand, args);
      expect(error?.exitCode, args.join(' ')).toBe(2);
      expect(error?.code).toMatch(/^(OPTION|ARGUMENT)_/);
    }
    const { error } = await run(metricsCommand, ['--candles', 'x'], { CHANGE_BASIS: 'close' });
    expect(error?.code).toBe('SETTING_INVALID');
  });

  it('waits for a slow reader, and stops without a word when it has gone', async () => {
    const rows = Array.from({ length: 3_000 }, (_, minute) => row(minute));
    const path = file('many.csv', csv(...rows));
    const stdout = new PassThrough({ highWaterMark: 1_000 });
    const io = { stdout, stderr: new Collected(), environment: {}, signal: new AbortController().signal };
    const running = metricsCommand.run(['--candles', path], io);
    stdout.once('data', () => stdout.destroy());
    expect(await running).toBe(0);
  });
});

describe('screener rules evaluate', () => {
  const vectors = readFileSync(new URL('../../../../libs/rules/fixtures/vectors.jsonl', import.meta.url), 'utf8');
  const expected = vectors
    .trimEnd()
    .split('\n')
    .map((line, index) => ({ line: index + 1, rules: (JSON.parse(line) as { rules: string[] }).rules }));

  it('prints the sorted ids that hold on each line', async () => {
    const { lines, error } = await run(rulesEvaluateCommand, ['--metrics', file('v.jsonl.gz', gzipSync(vectors))]);
    expect(error).toBeUndefined();
    // The vectors say of ten presets whether they hold; there are more.
    const told = new Set(expected.flatMap(({ rules }) => rules));
    const found = lines as { line: number; rules: string[] }[];
    expect(found.map(({ line, rules }) => ({ line, rules: rules.filter((id) => told.has(id)) }))).toEqual(expected);
    expect(found.some(({ rules }) => rules.includes('pioneer_bull_classic'))).toBe(true);
    for (const { rules } of found) expect(rules).toEqual([...rules].sort());
  });

  it('evaluates only the rules that were asked for', async () => {
    const path = file('v.jsonl', vectors);
    const wanted = ['pioneer_bull', 'big_bear_15m'];
    const only = expected.map(({ line, rules }) => ({ line, rules: rules.filter((id) => wanted.includes(id)) }));
    const calls = [
      ['--rule', 'pioneer_bull', '--rule', 'big_bear_15m'],
      ['--rule', 'pioneer_bull,big_bear_15m'],
      ['--rule', 'pioneer_bull', 'big_bear_15m'],
    ];
    for (const args of calls) {
      expect((await run(rulesEvaluateCommand, ['--metrics', path, ...args])).lines).toEqual(only);
    }
  });

  it('takes metrics directly or under m, null as 0, spelled numbers, and a missing key as absent', async () => {
    const bull = '"change_5m":1.5,"change_15m":2,"volume_5m":10,"volume_15m":15';
    const text = [
      `{${bull}}`,
      `{"m":{${bull}}}`,
      `{${bull.replace('"volume_15m":15', '"volume_15m":null')}}`,
      `{${bull.replace(',"volume_15m":15', '')}}`,
      `{${bull.replace('1.5', '"Infinity"')}}`,
      `{${bull.replace('1.5', '"NaN"')}}`,
      '',
      '{"time":0,"anything":"else"}',
    ].join('\n');
    const { lines } = await run(rulesEvaluateCommand, [
      '--metrics',
      file('forms.jsonl', text),
      '--rule',
      'pioneer_bull',
    ]);
    const fires = [1, 2, 3, 5];
    const silent = [4, 6, 8];
    const all = [...fires, ...silent].sort((a, b) => a - b);
    expect(lines).toEqual(all.map((line) => ({ line, rules: fires.includes(line) ? ['pioneer_bull'] : [] })));
  });

  it('reads what screener metrics prints', async () => {
    const metrics = await run(metricsCommand, ['--candles', file('c.csv', csv(row(0), row(1)))]);
    const text = metrics.lines.map((line) => JSON.stringify(line)).join('\n');
    const { lines, error } = await run(rulesEvaluateCommand, ['--metrics', file('m.jsonl', text)]);
    expect(error).toBeUndefined();
    expect(lines).toEqual([
      { line: 1, rules: [] },
      { line: 2, rules: [] },
    ]);
  });

  it.each<[string, string, number, string]>([
    ['text.jsonl', '{}\nnot json', 2, 'expected a JSON object with flat metric names, or one under m'],
    ['list.jsonl', '[1]', 1, 'it is not an object'],
    ['m.jsonl', '{"m":3}', 1, 'm is not an object'],
    ['value.jsonl', '{"change_1h":"big"}', 1, 'change_1h is "big"; expected a number, null, "NaN"'],
  ])('says what is wrong with %s', async (name, content, line, message) => {
    const { error, lines } = await run(rulesEvaluateCommand, ['--metrics', file(name, content)]);
    expect(error?.code).toBe('FILE_LINE_INVALID');
    expect(error?.message).toContain(` line ${line}: `);
    expect(error?.message).toContain(message);
    expect(lines).toHaveLength(line - 1);
  });

  it('refuses wrong options', async () => {
    const unknown = await run(rulesEvaluateCommand, ['--metrics', 'x', '--rule', 'big_bull']);
    expect(unknown.error?.message).toContain("--rule is 'big_bull': expected one of big_bull_60m, ");
    for (const args of [
      [],
      ['--metrics'],
      ['--metrics', 'x', 'y'],
      ['--metrics', 'x', '--rule', ''],
      ['--rules', 'x'],
    ]) {
      const { error } = await run(rulesEvaluateCommand, args);
      expect(error?.exitCode, args.join(' ')).toBe(2);
    }
  });
});
