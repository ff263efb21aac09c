import { ScreenerError } from '@screener/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileRule } from './compile-rule.ts';
import { presetRules } from './presets.ts';
import { readRule } from './read-rule.ts';
import { sameRule } from './restore-presets.ts';

const least = { rule: 'mine', owner: 'ann', title: 'Mine', condition: 'change_1h > 1.6' };

describe('a rule that is read', () => {
  it('has its defaults, and comes out as it went in', () => {
    expect(readRule(least)).toEqual({
      ...least,
      version: 1,
      timeframe: '1h',
      text: '',
      parameters: {},
      cooldownMs: 300_000,
      enabled: true,
      ranges: [],
      universe: null,
      mode: 'close',
      frequency: 'every_time',
      forMinutes: 0,
      schedule: null,
      severity: 'info',
      message: '',
      priceLevel: null,
      arming: 0,
    });
    for (const preset of presetRules) {
      const read = readRule(JSON.parse(JSON.stringify(preset)));
      expect(sameRule(read, preset)).toBe(true);
      expect(readRule(read)).toEqual(read);
    }
  });

  it('may say moments in words', () => {
    const schedule = { startAt: '2026-01-31', expireAt: '2026-02-01T10:30Z' };
    const moments = { startAt: Date.UTC(2026, 0, 31), expireAt: Date.UTC(2026, 1, 1, 10, 30) };
    expect(readRule({ ...least, schedule }).schedule).toMatchObject(moments);
    expect(readRule(readRule({ ...least, schedule })).schedule).toMatchObject(moments);
  });

  it('may be a price level without a condition', () => {
    const { condition: _, ...rest } = least;
    const level = readRule({ ...rest, mode: 'live', priceLevel: { level: 65_000 } });
    expect(level).toMatchObject({ condition: 'true', priceLevel: { level: 65_000, direction: 'either' } });
    expect(compileRule(level).names).toEqual([]);
    expect(() => compileRule(readRule(rest))).toThrow('it is empty');
  });

  it.each<[unknown, string]>([
    [null, 'rule (without an id): it is null; expected an object with rule, version'],
    [{ ...least, rule: undefined }, 'rule (without an id): it has no rule; expected a text, for example "my_rule"'],
    [{ ...least, cooldwnMs: 1 }, 'rule mine: it has cooldwnMs; expected cooldownMs'],
    [{ ...least, cooldownMs: '5m' }, 'its cooldownMs is "5m"; expected a number, for example 300000'],
    [{ ...least, schedule: { expireAt: '2026-02-30' } }, 'its schedule.expireAt is "2026-02-30"; expected a UTC time'],
    [{ ...least, schedule: { expireAt: '2026-02-01T10:00' } }, 'for example "2026-01-31T14:00Z", or ms since 1970'],
    [{ ...least, enabled: 'yes' }, 'its enabled is "yes"; expected true or false, for example true'],
    [{ ...least, mode: 'Live' }, 'its mode is "Live"; expected one of close, live'],
    [{ ...least, parameters: { x: '1' } }, 'its parameters.x is "1"; expected a number'],
    [{ ...least, parameters: [] }, 'its parameters is []; expected numbers by name, for example {"change_1h_min":1.6}'],
    [
      { ...least, universe: { symbols: 'BTCUSDT' } },
      'its universe.symbols is "BTCUSDT"; expected a list, for example []',
    ],
    [{ ...least, universe: { symbols: ['A', 7] } }, 'its universe.symbols[1] is 7; expected a text'],
    [{ ...least, universe: { quotes: ['USDT', 'usdc'] } }, "its universe has 'usdc' among its quotes; expected USDC"],
    [{ ...least, universe: { symbol: [] } }, 'it has universe.symbol; expected symbols'],
    [{ ...least, priceLevel: {} }, 'it has no priceLevel.level; expected a number, for example 65000'],
    [{ ...least, ranges: [{ name: 'x' }] }, 'it has no ranges[0].min; expected a number'],
    [{ ...least, text: ['x'.repeat(99)] }, `its text is ["${'x'.repeat(58)}…; expected a text`],
    [{ ...least, timeframe: '2y' }, "its timeframe is '2y'; expected one of 1m"],
  ])('%j is refused: %s', (value, message) => {
    expect(() => readRule(value)).toThrow(ScreenerError);
    expect(() => readRule(value)).toThrow(message);
  });

  it('is in order or refused in one line, whatever was written', () => {
    const fields = fc.constantFrom(...Object.keys(readRule(least)), '__proto__', 'constructor', 'toString');
    const changes = fc.dictionary(fields, fc.anything({ maxDepth: 3 }), { maxKeys: 4 });
    const anything = fc.oneof(
      fc.anything({ withBigInt: false }),
      changes.map((change) => ({ ...least, ...change })),
    );
    let [read, refused] = [0, 0];
    fc.assert(
      fc.property(anything, (value) => {
        try {
          readRule(value);
          read++;
        } catch (cause) {
          if (!(cause instanceof ScreenerError)) throw cause;
          expect(cause.code).toBe('RULE_INVALID');
          refused++;
        }
      }),
      { numRuns: 2_000 },
    );
    expect(Math.min(read, refused)).toBeGreaterThan(0);
  });
});
