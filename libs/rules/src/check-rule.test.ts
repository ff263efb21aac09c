import { ScreenerError } from '@screener/errors';
import { expect, it } from 'vitest';
import { assertRule, ruleLimits } from './check-rule.ts';
import type { RuleDefinition } from './rule.ts';
import { ruleOf, always as schedule, everything as universe } from './testing/rule-of.ts';

const range = { name: 'least', min: 0, max: 5, step: 0.1, unit: '%', text: 'How much' };
const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `S${index}USDT`);

it('a rule with everything in order passes', () => {
  assertRule(ruleOf());
  assertRule(
    ruleOf({
      ranges: [range],
      universe: { quotes: ['USDT'], topByVolume: 50, watchlist: 'majors', symbols: ['BTCUSDT'], exclude: ['ETHUSDT'] },
      schedule: { ...schedule, timeZone: 'Europe/Berlin', days: ['mon', 'sun'], from: '22:00', until: '06:00' },
      mode: 'live',
      frequency: 'once',
      forMinutes: 1,
      severity: 'critical',
      message: '{{symbol}} {{price}} {{change_1h}} {{previous.rsi_1h}} {{params.least}}',
      priceLevel: { level: 65_000, direction: 'up' },
      arming: 2,
    }),
  );
});

it.each<[Partial<RuleDefinition>, string]>([
  [{ title: 'a\nb' }, 'its title has a line break'],
  [
    { owner: 'a\u001b[31m' },
    'its owner has a line break or another control character; expected one line, for example preset',
  ],
  [{ rule: '' }, 'rule (without an id): its id is'],
  [{ rule: 'a b' }, "its id is 'a b'; expected up to 100 letters, digits, _ . : -, for example my_rule"],
  [{ version: 0 }, 'its version is 0; expected a whole number, 1 or more'],
  [{ version: 1.5 }, 'its version is 1.5'],
  [{ arming: -1 }, 'its arming is -1; expected a whole number, 0 or more'],
  [{ owner: '' }, 'its owner is empty; expected 1 to 100 characters, for example preset'],
  [{ title: '  ' }, 'its title is empty; expected 1 to 120 characters'],
  [{ text: 'x'.repeat(2_001) }, 'its text has 2001 characters; expected 0 to 2000 characters'],
  [{ parameters: { 'a-b': 1 }, condition: 'true' }, "a parameter is called 'a-b'; expected letters, digits and _"],
  [{ parameters: { least: Number.NaN } }, 'its parameter least is NaN; expected a number, for example 1.6'],
  [{ parameters: Object.fromEntries(many(51).map((name) => [name, 1])) }, 'it has 51 parameters; expected at most 50'],
  [{ ranges: [{ ...range, name: 'most' }] }, 'it has a range for most, which is no parameter; expected one of least'],
  [{ ranges: [{ ...range, min: 9 }] }, 'the range of its parameter least is 9 to 5 by 0.1; expected min up to max'],
  [{ ranges: [{ ...range, step: 0 }] }, 'the range of its parameter least is 0 to 5 by 0;'],
  [{ ranges: [range, range] }, 'a parameter has two ranges'],
  [{ ranges: [range], parameters: { least: 7 } }, 'its parameter least is 7; expected 0 to 5, for example 5'],
  [{ timeframe: '7h' }, "its timeframe is '7h'; expected one of 1m, 5m, 15m, 30m, 1h, 4h, 8h, 1d, for example 1h"],
  [{ timeframe: '1w' }, "its timeframe is '1w'"],
  [{ cooldownMs: -1 }, 'its cooldown is -1 ms; expected 0 or more whole ms'],
  [{ cooldownMs: Number.NaN }, 'its cooldown is NaN ms'],
  [{ cooldownMs: ruleLimits.cooldownMs + 1 }, 'at most 2592000000, for example 300000'],
  [{ forMinutes: 1_441 }, 'it has to hold for 1441 minutes; expected 0 to 1440, for example 3'],
  [{ mode: 'sometimes' as 'live' }, "its mode is 'sometimes'; expected one of close, live, for example close"],
  [{ frequency: 'twice' as 'once' }, "its frequency is 'twice'; expected one of once, once_per_bar"],
  [{ severity: 'fatal' as 'info' }, "its severity is 'fatal'; expected one of info, warning, critical"],
  [{ universe: { ...universe, symbols: many(1_001) } }, 'its universe has 1001 symbols; expected at most 1000'],
  [{ universe: { ...universe, quotes: ['US DT'] } }, "its universe has 'US DT' among its quotes; expected names"],
  [{ universe: { ...universe, topByVolume: 0 } }, 'its universe is the first 0 by volume; expected 1 to 10000'],
  [{ universe: { ...universe, watchlist: ' ' } }, "its watchlist is ' '; expected a name of 1 to 100 characters"],
  [{ universe: { ...universe, symbols: ['A'], exclude: ['A'] } }, 'its universe names A and excludes it'],
  [{ schedule: { ...schedule, timeZone: 'Europe/Atlantis' } }, "its time zone is 'Europe/Atlantis'; expected an IANA"],
  [{ schedule: { ...schedule, days: ['monday'] } }, "'monday' is among its days; expected some of mon, tue"],
  [{ schedule: { ...schedule, from: '9:00' } }, "its hours begin at '9:00'; expected a time of day"],
  [{ schedule: { ...schedule, until: '24:01' } }, "its hours end at '24:01'"],
  [{ schedule: { ...schedule, startAt: 0.5 } }, 'it starts at 0.5; expected a time from 2000 to 3000 in ms'],
  [{ schedule: { ...schedule, expireAt: 1_767_225_600 } }, 'it expires at 1767225600; expected a time from 2000'],
  [
    { schedule: { ...schedule, startAt: 1e12, expireAt: 1e12 } },
    'and starts at 2001-09-09T01:46:40.000Z; expected an end',
  ],
  [{ priceLevel: { level: 0, direction: 'up' }, mode: 'live' }, 'its price level is 0; expected a price above 0'],
  [{ priceLevel: { level: 1, direction: 'over' as 'up' }, mode: 'live' }, "its price level is crossed 'over'"],
  [{ priceLevel: { level: 1, direction: 'up' } }, 'it waits for a price level and looks at closed candles only'],
  [
    { priceLevel: { level: 1, direction: 'up' }, mode: 'live', frequency: 'once_per_bar' },
    "its frequency is 'once_per_bar'; expected once or every_time for a price level",
  ],
  [
    { priceLevel: { level: 1, direction: 'up' }, mode: 'live', forMinutes: 2 },
    'it has to hold for 2 minutes, and a price crosses a level in a moment; expected forMinutes 0',
  ],
  [{ message: '{{chagne_1h}}' }, 'its message has {{chagne_1h}}, which nothing is called; expected a name such as'],
  [{ message: 'open {{symbol' }, 'its message has braces without their other half; expected pairs'],
  [{ message: 'x'.repeat(501) }, 'its message has 501 characters; expected at most 500'],
  [{ message: '{{params.most}}' }, 'its message has {{params.most}}, which nothing is called'],
])('%o is refused: %s', (change, message) => {
  const refused = (): void => assertRule(ruleOf(change));
  expect(refused).toThrow(ScreenerError);
  expect(refused).toThrow(message);
});
