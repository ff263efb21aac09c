/** What the audit finds in logs that were written with care, and in logs that were not. */
import { encodeEvent, type InstrumentStatus, type KlineClosed, type KlineSource } from '@screener/events';
import { type NewRecord, partitionOf } from '@screener/log';
import { parseInstrument } from '@screener/market';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readProjectTopology } from '../open-project-log.ts';
import { type CommandBed, candle, KEYS, MINUTE_MS, openCommandBed, START, time } from '../testing/command-bed.ts';

const [A, B] = KEYS;
const partitions = readProjectTopology().find(({ name }) => name === 'klines.closed')?.partitions ?? 0;
const endOf = (minute: number): number => START + minute * MINUTE_MS + 59_999;
const common = (key: string, minute: number) => ({ topic: 'klines.closed', key, timestamp: endOf(minute) });

const kline = (key: string, minute: number, source: KlineSource = 'stream'): NewRecord => ({
  ...common(key, minute),
  value: encodeEvent('KlineClosed', { ...candle(key, minute), source }),
});
const gap = (key: string, minute: number, reason: string): NewRecord => ({
  ...common(key, minute),
  value: encodeEvent('KlineGap', { instrument: key, openTime: START + minute * MINUTE_MS, reason }),
});
const corrected = (key: string, minute: number, previous: KlineClosed | null): NewRecord => ({
  ...common(key, minute),
  value: encodeEvent('KlineCorrected', { ...candle(key, minute), previous, reason: 'test', source: 'rest' }),
});
const marker = (key: string, minute: number, missing: readonly string[] = []): NewRecord => ({
  ...{ topic: 'klines.closed', key: null, partition: partitionOf(key, partitions), timestamp: endOf(minute) },
  value: encodeEvent('MinuteClosed', { openTime: START + minute * MINUTE_MS, missing: [...missing] }),
});
const status = (key: string, minute: number, now: InstrumentStatus): NewRecord => {
  const { exchange = '', market = '', symbol = '' } = parseInstrument(key) ?? {};
  const value = { instrument: key, exchange, market, symbol, base: symbol, quote: 'USDT', status: now };
  const timestamp = START + minute * MINUTE_MS;
  return { topic: 'instruments', key, timestamp, value: encodeEvent('InstrumentChanged', value) };
};
const each = (from: number, to: number, record: (minute: number) => NewRecord): NewRecord[] =>
  Array.from({ length: to - from }, (_, index) => record(from + index));

let bed: CommandBed;
beforeEach(async () => {
  bed = await openCommandBed();
});
afterEach(() => bed.close());

const append = (...records: readonly NewRecord[]): Promise<void> => bed.log.writer().append(records);
const audit = async (...args: readonly string[]) => {
  const { code, lines, error } = await bed.screener('audit', '--json', ...args);
  const rows = lines.map((line) => JSON.parse(line));
  return { code, error, rows: rows.slice(0, -1), total: rows.at(-1)?.total };
};

describe('screener audit', () => {
  it('finds nothing wrong where every minute has its record', async () => {
    await append(...each(0, 3, (minute) => kline(A, minute, 'rest')), ...each(3, 9, (minute) => kline(A, minute)));
    await append(kline(A, 9, 'synthetic'), corrected(A, 5, candle(A, 5)), corrected(A, 5, candle(A, 5)), marker(A, 9));
    const { code, rows, total } = await audit();
    expect(code).toBe(0);
    const counts = { received: 5, repaired: 3, exchangeEmpty: 1, corrected: 1, halted: 0, unwatched: 0, missing: 0 };
    expect(rows).toEqual([
      {
        ...{ instrument: A, from: time(0), to: time(10), minutes: 10, ...counts },
        ...{ doubled: 0, disordered: 0, holes: [], violations: [] },
      },
    ]);
    expect(total).toMatchObject({ complete: true, instruments: 1, minutes: 10, ...counts, unreadable: 0 });
  });

  it('names what is missing: no record, a gap with its reason, and a tail that markers ask for', async () => {
    await append(...[0, 1, 4].map((minute) => kline(A, minute)), gap(A, 5, 'the exchange lost it'), gap(A, 6, 'x'));
    await append(corrected(A, 6, null), ...each(0, 8, (minute) => marker(A, minute, minute > 6 ? [A] : [])));
    const { code, rows, total } = await audit();
    expect(code).toBe(1);
    expect(rows[0]).toMatchObject({ received: 3, corrected: 1, missing: 4, doubled: 0, disordered: 0 });
    expect(rows[0].holes).toEqual([
      { from: time(2), minutes: 2, reason: 'no record' },
      { from: time(5), minutes: 1, reason: 'gap: the exchange lost it' },
      { from: time(7), minutes: 1, reason: 'no record' },
    ]);
    expect(total.complete).toBe(false);
    const { lines } = await bed.screener('audit');
    expect(lines).toContain(`  ${A} missing 2026-01-05 00:02, 2 minutes: no record`);
    expect(lines.at(-1)).toBe('2026-01-05 00:00 to 2026-01-05 00:08 UTC: 8 minutes, 50 % of them are there');
  });

  it('counts what came twice or out of order, and says where', async () => {
    await append(...[0, 1, 1, 4, 3].map((minute) => kline(A, minute)), gap(A, 4, 'x'), kline(A, 2), marker(A, 4));
    await append(marker(A, 4), corrected(A, 5, null));
    const { code, rows, total } = await audit();
    expect(code).toBe(1);
    expect(rows[0]).toMatchObject({ received: 5, missing: 0, doubled: 2, disordered: 3 });
    const partition = partitionOf(A, partitions);
    expect(rows[0].violations).toEqual([
      { kind: 'doubled', openTime: time(1), partition, offset: 2 },
      { kind: 'disordered', openTime: time(3), partition, offset: 4 },
      { kind: 'doubled', openTime: time(4), partition, offset: 5 },
      { kind: 'disordered', openTime: time(2), partition, offset: 6 },
      { kind: 'disordered', openTime: time(5), partition, offset: 9 },
    ]);
    expect(total).toMatchObject({ complete: false, markersDisordered: 1 });
  });

  it('does not miss what was not traded, nor what nobody watches any more', async () => {
    await append(status(A, 0, 'trading'), status(B, 0, 'trading'), status(A, 12, 'halted'), status(A, 20, 'trading'));
    await append(...each(0, 11, (minute) => kline(A, minute)), kline(A, 20), kline(A, 21));
    await append(...each(0, 5, (minute) => kline(B, minute)));
    await append(...each(0, 22, (minute) => marker(A, minute)), ...each(0, 22, (minute) => marker(B, minute)));
    const { code, rows } = await audit();
    expect(rows.map(({ instrument, halted, unwatched, missing }) => [instrument, halted, unwatched, missing])).toEqual([
      [A, 9, 0, 0],
      [B, 0, 17, 0],
    ]);
    expect(code).toBe(0);
  });

  it('misses what should have come after the newest marker, where it is asked for', async () => {
    const key = 'test:usdm:CCC';
    await append(
      status(A, 0, 'trading'),
      status(B, 0, 'trading'),
      status(key, 0, 'trading'),
      status(key, 12, 'halted'),
    );
    for (const each of [A, B, key]) await append(...[0, 1, 2].map((minute) => kline(each, minute)));
    // Nobody watches B any more when the collector ends.
    await append(...[A, key].flatMap((each) => [3, 4].map((minute) => kline(each, minute))));
    await append(...[A, B, key].flatMap((each) => [0, 1, 2, 3, 4].map((minute) => marker(each, minute))));
    expect((await audit('--symbol', `${A},${B}`)).code).toBe(0);
    const { code, rows } = await audit('--to', time(20));
    expect(code).toBe(1);
    expect(rows.map(({ instrument, missing, unwatched, halted }) => [instrument, missing, unwatched, halted])).toEqual([
      [A, 15, 0, 0],
      [B, 0, 17, 0],
      [key, 4, 0, 11],
    ]);
    expect(rows[0].holes).toEqual([{ from: time(5), minutes: 15, reason: 'no record' }]);
    expect((await audit('--from', time(8), '--to', time(20), '--symbol', A)).rows[0]).toMatchObject({ missing: 12 });
    const soon = new Date(Date.now() + 3_600_000).toISOString();
    const future = await audit('--from', '1h', '--to', soon, '--symbol', A);
    expect(future.rows[0].missing, 'what has not happened yet is not missing').toBeLessThanOrEqual(60);
  });

  it('misses what a partition lacks beside those that go on', async () => {
    expect(partitionOf(A, partitions)).not.toBe(partitionOf(B, partitions));
    await append(...each(0, 30, (minute) => kline(A, minute)), ...each(0, 30, (minute) => marker(A, minute)));
    await append(...each(0, 10, (minute) => kline(B, minute)), ...each(0, 10, (minute) => marker(B, minute)));
    const { code, rows } = await audit();
    expect(rows.map(({ instrument, missing }) => [instrument, missing])).toEqual([
      [A, 0],
      [B, 18],
    ]);
    expect(code).toBe(1);
  });

  it('a delisting ends an instrument without an alarm, a halt does not excuse what was lost long before it', async () => {
    await append(status(A, 0, 'trading'), status(B, 0, 'trading'), status(A, 8, 'delisted'), status(B, 18, 'halted'));
    await append(...each(0, 7, (minute) => kline(A, minute)), ...each(0, 5, (minute) => kline(B, minute)));
    await append(...[A, B].flatMap((key) => each(0, 22, (minute) => marker(key, minute, [key]))));
    const { rows } = await audit();
    expect(rows[0]).toMatchObject({ halted: 15, missing: 0 });
    expect(rows[1]).toMatchObject({ halted: 7, missing: 10 });
  });

  it('looks at a part of the log: times, symbols, exchanges', async () => {
    await append(status(A, 0, 'trading'));
    await append(...each(0, 4, (minute) => kline(A, minute)), ...each(6, 10, (minute) => kline(A, minute)));
    await append(...each(0, 10, (minute) => kline(B, minute)), marker(A, 9), marker(B, 9));
    expect((await audit('--symbol', 'bbb')).rows.map(({ instrument }) => instrument)).toEqual([B]);
    expect((await audit('--exchange', 'test:usdm')).rows).toHaveLength(2);
    // Known before: it must be there from the first minute on.
    expect((await audit('--symbol', A, '--from', time(5))).rows[0]).toMatchObject({ from: time(5), missing: 1 });
    expect((await audit('--symbol', A, '--to', time(5))).rows[0]).toMatchObject({ to: time(5), missing: 1 });
    expect((await audit('--symbol', A, '--from', time(6))).code).toBe(0);
  });

  it('refuses what it does not understand in one line', async () => {
    await append(kline(A, 0), marker(A, 0));
    const refused = async (...args: readonly string[]) => {
      const { code, error } = await bed.screener('audit', ...args);
      return `${code} ${error}`;
    };
    expect(await refused('--symbol', 'AAB')).toBe(
      "2 screener: --symbol is 'AAB': expected AAA, for example --symbol AAA\n",
    );
    expect(await refused('--symbol', ',')).toMatch(/^2 screener: --symbol is ',': expected symbols/);
    expect(await refused('--from', 'soon')).toMatch(/^2 screener: --from is 'soon': expected a UTC time or an age/);
    expect(await refused('--from', '2999-01-01')).toMatch(
      /^2 screener: --from is '2999-01-01': expected a time that is/,
    );
    expect(await refused('--from', '1h', '--to', '2h')).toMatch(/^2 screener: --to is '2h': expected a time after 1h/);
    expect(await refused('--exchange', 'binance')).toMatch(/^2 screener: --exchange is 'binance'/);
    expect(await refused('--verify')).toMatch(/^2 screener: BINANCE_REST_BASE is ''.* simulated/);
  });

  it('counts what cannot be read, and finds an empty log suspicious', async () => {
    const { code, lines } = await bed.screener('audit');
    expect([code, lines]).toEqual([1, ['klines.closed has nothing of these instruments and this time']]);
    await append(kline(A, 0), { ...kline(A, 1), value: Buffer.from('garbage') }, marker(A, 0));
    const { code: withGarbage, total } = await audit();
    expect([withGarbage, total.unreadable, total.missing]).toEqual([1, 1, 0]);
  });
});
