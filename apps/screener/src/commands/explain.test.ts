/** Rules saved, fired and explained by commands, on a log that the real alerter works on. */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alerterDefinition } from '@screener/alerter';
import { decodeEvent, encodeEvent, type MetricsClosed } from '@screener/events';
import { type Member, type NewRecord, partitionOf } from '@screener/log';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CommandBed, KEYS, MINUTE_MS, openCommandBed, START } from '../testing/command-bed.ts';

const [instrument] = KEYS;
const partitions = 12;
const rule = {
  rule: 'jump',
  title: 'Jump',
  condition: 'change_5m > params.least && previous.price < 105.0',
  parameters: { least: 1 },
  timeframe: '5m',
};

let bed: CommandBed;
let member: Member;

const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  const deadline = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

const minute = (at: number, price: number): NewRecord => {
  const window = { open: 100, oldestClose: 100, high: 110, low: 90, close: price, volume: 1, quoteVolume: 1_000 };
  const metrics: MetricsClosed = {
    instrument,
    openTime: START + at * MINUTE_MS,
    price,
    windows: [1, 5].map((minutes) => ({ minutes, ...window, trades: 1, takerBuyQuoteVolume: 1 })),
    indicators: [],
  };
  const partition = partitionOf(instrument, partitions);
  const timestamp = START + (at + 1) * MINUTE_MS - 1;
  return {
    topic: 'metrics.closed',
    partition,
    key: instrument,
    timestamp,
    value: encodeEvent('MetricsClosed', metrics),
  };
};

async function measured(...records: NewRecord[]): Promise<void> {
  const writer = bed.log.writer();
  await writer.append(records);
  await writer.close();
  await until('the alerter', async () =>
    (await bed.log.lag('alerter', 'metrics.closed')).every(({ lag, end }) => end === 0 || lag === 0),
  );
}

async function alertIds(): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const batch of bed.log.reader({ topic: 'alerts', from: 'beginning', until: 'end' })) {
    for (const { value } of batch) {
      const decoded = value === null ? undefined : decodeEvent(value);
      if (decoded?.type === 'AlertTriggered') ids.push(decoded.event.id);
    }
  }
  return ids;
}

function fileOf(contents: unknown): string {
  const file = join(bed.home, 'rule.json');
  writeFileSync(file, JSON.stringify(contents));
  return file;
}

beforeAll(async () => {
  bed = await openCommandBed({ CUSTOM_WINDOWS: '2h' });
  const listed: NewRecord = {
    topic: 'instruments',
    key: instrument,
    timestamp: START,
    value: encodeEvent('InstrumentChanged', {
      ...{ instrument, exchange: 'test', market: 'usdm', symbol: 'AAA', base: 'AAA', quote: 'USDT', status: 'trading' },
    }),
  };
  await bed.log.writer().append([listed]);
  member = await bed.log.processor(alerterDefinition({ changeBasis: 'open', notify: () => {} }));
  await until('the partitions', async () => member.partitions().length === partitions);
}, 30_000);

afterAll(async () => {
  await member.close();
  await bed.close();
});

describe('rules', () => {
  test('are saved, shown, listed, disabled and restored, each as a new version', async () => {
    expect((await bed.screener('rules', 'save', fileOf(rule))).lines).toEqual(['saved jump version 1']);
    expect((await bed.screener('rules', 'save', fileOf(rule))).lines).toEqual(['jump is as it was']);
    const shown = await bed.screener('rules', 'show', 'jump', '--json');
    expect(JSON.parse(shown.lines[0] ?? '')).toMatchObject({ ...rule, version: 1, owner: 'command-line' });
    expect((await bed.screener('rules', 'list')).lines[1]).toMatch(/^jump +1 +command-line +5m +active/);
    expect((await bed.screener('rules', 'restore-presets')).lines.length).toBeGreaterThan(20);
    expect((await bed.screener('rules', 'disable', 'big_bull_60m')).lines).toEqual(['saved big_bull_60m version 2']);
    expect((await bed.screener('rules', 'restore-presets')).lines).toEqual(['saved big_bull_60m version 3']);
    expect((await bed.screener('rules', 'restore-presets', 'big_bull_60m')).lines).toEqual([
      'all presets are as they were shipped',
    ]);
  });

  test('name custom windows in all that they say', async () => {
    const custom = { ...rule, rule: 'long', timeframe: '2h', condition: 'change_2h > 1.0', message: '{{change_2h}} %' };
    const { error, lines } = await bed.screener('rules', 'save', fileOf(custom));
    expect([error, lines]).toEqual(['', ['saved long version 1']]);
  });

  test.each([
    [{ ...rule, rule: 'bad', condition: 'chang_5m > 1' }, /rule bad, character 1 .*change_5m/],
    [{ ...rule, rule: 'bad', parametres: {} }, /it has parametres; expected parameters/],
    [{ ...rule, rule: 'bad', universe: { symbols: ['ZZZ'] } }, /its universe matches none of the 1 instruments known/],
    [{ ...rule, rule: 'bad', universe: { watchlist: 'none' } }, /there is no watchlist 'none' of command-line/],
    [{ ...rule, version: 7, title: 'Other' }, /it was made from version 7, and version 1 counts by now/],
    [
      [
        { ...rule, rule: 'good' },
        { ...rule, rule: 'bad', cooldownMs: -1 },
      ],
      /rule bad: its cooldown is -1 ms/,
    ],
    [[], /it has 0 rules; expected 1 to 20000/],
    [
      { ...rule, rule: 'bad', title: 'a\nb' },
      /rule bad: its title has a line break or another control character; expected one line/,
    ],
    [{ ...rule, rule: 'bad\n\u001b[31m', cooldownMs: '1' }, /rule "bad\\n\\u001b\[31m": its cooldownMs is "1"/],
    [{ ...rule, rule: 'bad', owner: 'a\u007f' }, /rule bad: its owner has a line break/],
    [[rule, { ...rule, title: 'Other' }], /rule jump: the file has it twice; expected each rule once/],
    [{ ...rule, rule: 'bad', timeframe: '3h' }, /its timeframe is '3h'; expected one of .*2h/],
    [
      Array.from({ length: 60 }, (_, at) => ({
        ...{ ...rule, rule: `dear${at}`, parameters: {} },
        condition: 'candles.last(60).all(a, candles.last(8).all(b, a.close + 1.0 > b.close - 2.0))',
      })),
      /rule dear\d+: with it the rules of command-line take \d+ steps; expected at most 200000 of one owner/,
    ],
  ])('refuses in one line and saves nothing', async (contents, message) => {
    const before = (await bed.screener('rules', 'list')).lines.length;
    const { code, error } = await bed.screener('rules', 'save', fileOf(contents));
    expect(code).toBe(2);
    expect(error).toMatch(message);
    expect(error.trim().split('\n')).toHaveLength(1);
    expect((await bed.screener('rules', 'list')).lines).toHaveLength(before);
  });

  test.each([
    [['rules', 'show', 'jum'], /no rule 'jum': did you mean jump/],
    [['rules', 'show', 'something_else'], /no rule 'something_else': did you mean one of bear_volume, /],
    [['rules', 'save', '/nowhere.json'], /cannot read \/nowhere.json/],
    [['explain'], /--rule is '': expected a value, or the id of an alert/],
    [['explain', 'nothing'], /no alert 'nothing'/],
    [['explain', '--rule', 'jump', '--symbol', 'ZZZ', '--at', '5m'], /--symbol is 'ZZZ'/],
  ])('%s answers in one line', async (args, message) => {
    const { code, error } = await bed.screener(...args);
    expect(code).toBe(2);
    expect(error).toMatch(message);
  });
});

test('an alert is recomputed from the log, and what did not fire is explained', async () => {
  await measured(minute(0, 100), minute(1, 103), minute(2, 104), minute(3, 90));
  const [id = ''] = await alertIds();
  const why = await bed.screener('explain', id);
  expect(why.error).toBe('');
  const text = why.lines.join('\n');
  expect(text).toMatch(/recomputed: the same/);
  expect(text).toMatch(/yes +change_5m > params.least +3 +1/);
  expect(text).toMatch(/yes +previous.price < 105.0 +100 +105/);
  const at = (minutes: number): string => new Date(START + minutes * MINUTE_MS).toISOString();
  const asked = async (minutes: number): Promise<string> => {
    const { lines } = await bed.screener('explain', '--rule', 'jump', '--symbol', 'AAA', '--at', at(minutes));
    return lines.join('\n');
  };
  expect(await asked(2)).toMatch(/fires +the condition holds/);
  expect(await asked(3)).toMatch(/does not fire +the condition holds, and the cooldown runs for another 240000 ms/);
  expect(await asked(4)).toMatch(
    /does not fire +the condition does not hold[\s\S]*no +change_5m > params.least +-10 +1/,
  );
  expect(await asked(60)).toMatch(/the log has no numbers of that minute/);
  const json = await bed.screener('explain', id, '--json');
  expect(json).toMatchObject({ code: 0, error: '' });
  expect(JSON.parse(json.lines[0] ?? '')).toMatchObject({ verdict: 'recomputed: the same', alert: { id } });

  // The candle of a sick symbol may come minutes after the marker of its minute.
  const later = START + 8 * MINUTE_MS;
  const marker = encodeEvent('MinuteClosed', { openTime: later, missing: [instrument] });
  const partition = partitionOf(instrument, partitions);
  await measured(
    { topic: 'metrics.closed', partition, key: null, timestamp: later + MINUTE_MS - 1, value: marker },
    minute(5, 91),
  );
  expect(await asked(6)).toMatch(/does not fire +the condition does not hold/);

  // A price in progress on which another rule fired: until the minute is over there is nothing else to say.
  const sample = { instrument, openTime: START + 6 * MINUTE_MS, eventTime: START + 6 * MINUTE_MS + 5_000, price: 92 };
  const range = { high: 92, low: 91, windows: [], since: 0, priceBefore: 91, highest: 92, lowest: 91 };
  const sampled = encodeEvent('MetricsSampled', { ...sample, ...range });
  await measured({
    ...{ topic: 'metrics.closed', partition, key: instrument, timestamp: sample.openTime - 1 },
    value: sampled,
  });
  expect(await asked(7)).toMatch(/does not fire +the minute is not over, and the rule looks at closed candles only/);
  await measured(minute(6, 92));
  const blocks = (await asked(7)).split(/^rule /m).slice(1);
  expect(blocks).toEqual([expect.stringMatching(/does not fire +the condition does not hold/)]);

  // Of one that was told together with others there is nothing but its id.
  const named = { id: randomUUID(), rule: 'jump', ruleVersion: 1 };
  const openTime = START + MINUTE_MS;
  const summary = { instrument, openTime, summarisedAt: openTime + MINUTE_MS, limit: 200, count: 1, alerts: [named] };
  const value = encodeEvent('AlertsSummarised', summary);
  await bed.log.writer().append([{ topic: 'alerts', key: instrument, timestamp: summary.summarisedAt - 1, value }]);
  const together = (await bed.screener('explain', named.id)).lines.join('\n');
  expect(together).toMatch(/told +together with others, 1 in all: the minute may have 200 alerts/);
  expect(together).toMatch(/fires +the condition holds[\s\S]*yes +change_5m > params.least +3 +1/);
}, 30_000);

test('an alert of a price between two looks is recomputed with the numbers of that price', async () => {
  const wick = { ...rule, rule: 'wick', condition: 'price > 111.0 && change_5m > 10.0', parameters: {}, mode: 'live' };
  expect((await bed.screener('rules', 'save', fileOf(wick))).lines).toEqual(['saved wick version 1']);
  await measured(minute(10, 100), minute(11, 101));
  const openTime = START + 12 * MINUTE_MS;
  const window = { open: 100, oldestClose: 100, high: 112, low: 101, close: 102, volume: 1, quoteVolume: 1_000 };
  const sampled = encodeEvent('MetricsSampled', {
    ...{ instrument, openTime, eventTime: openTime + 5_000, price: 102, high: 112, low: 101, since: openTime },
    ...{ priceBefore: 101, highest: 112, lowest: 101 },
    windows: [1, 5].map((minutes) => ({ minutes, ...window, trades: 1, takerBuyQuoteVolume: 1 })),
  });
  const partition = partitionOf(instrument, partitions);
  const key = instrument;
  await measured({ topic: 'metrics.closed', partition, key, timestamp: openTime - 1, value: sampled }, minute(12, 100));
  const { lines, error } = await bed.screener('explain', (await alertIds()).at(-1) ?? '');
  expect(error).toBe('');
  const text = lines.join('\n');
  expect(text).toMatch(/recomputed: the same/);
  expect(text).toMatch(/price +112/);
  expect(text).toMatch(/yes +highest price since the last look, from 101 to 102 +112/);
  expect(text).toMatch(/yes +change_5m > 10.0 +12 +10/);
  const at = new Date(openTime + MINUTE_MS).toISOString();
  const looks = await bed.screener('explain', '--rule', 'wick', '--symbol', 'AAA', '--at', at);
  expect(looks.lines.join('\n')).toMatch(
    /fires +at 112, the highest price since the last look: the condition holds[\s\S]*does not fire +the condition does not/,
  );
}, 30_000);
