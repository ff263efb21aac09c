import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { conditionNamesWith } from './condition-names.ts';
import { compileMessage, MESSAGE_LENGTH_MAX, type MessageFacts, messageNames } from './message-template.ts';
import type { RuleDefinition } from './rule.ts';
import { ruleOf } from './testing/rule-of.ts';

const numbers = {
  volume: 1_234_567,
  changePct: -3.456,
  volumeIncrease: 2.34567,
  candleSizePct: 5,
  momentumScore: null,
};
const metrics: Readonly<Record<string, number>> = {
  change_1h: 3.1449,
  rsi_1h: 28.123456,
  'previous.price': 0.00001234,
};

function say(message: string, change: Partial<RuleDefinition> = {}, price = 42_350.5): string {
  const rule = ruleOf({ message, ...change });
  const template = compileMessage(rule);
  if ('reason' in template) throw new Error(template.reason);
  const facts: MessageFacts = {
    rule,
    instrument: 'binance:usdm:BTCUSDT',
    price,
    triggeredAt: Date.UTC(2026, 0, 5),
    numbers,
  };
  return template.render(facts, (name) => metrics[name]);
}

describe('a message', () => {
  it('has its names put in, and its numbers written for people', () => {
    expect(say('{{symbol}} at {{ price }}: {{change_1h}} % in 1h, RSI {{rsi_1h}}')).toBe(
      'BTCUSDT at 42350.5: +3.14 % in 1h, RSI 28.12',
    );
    expect(say('{{change}} {{volume}} {{volume_increase}} {{candle_size}} {{params.least}}')).toBe(
      '-3.46 1.23M 2.346 5 1',
    );
    expect(say('{{previous.price}}')).toBe('0.00001234');
    expect(say('{{price}}', {}, 0.000_000_012_345_678_912)).toBe('0.000000012345679');
    expect(say('{{exchange}}/{{market}} {{rule}} v{{version}} {{severity}} {{time}}')).toBe(
      'binance/usdm mine v1 info 2026-01-05T00:00:00.000Z',
    );
    expect(say('{{level}}', { priceLevel: { level: 65_000, direction: 'up' } })).toBe('65000');
  });

  it('writes the numbers of custom windows as those of the others', () => {
    const template = compileMessage(
      ruleOf({ message: '{{change_2h}} {{previous.volume_2h}}' }),
      conditionNamesWith([120]),
    );
    if ('reason' in template) throw new Error(template.reason);
    const facts = { rule: ruleOf(), instrument: 'binance:usdm:BTCUSDT', price: 1, triggeredAt: 0, numbers };
    expect(template.render(facts, (name) => (name === 'change_2h' ? 1.239 : 1_234_567))).toBe('+1.24 1.23M');
  });

  it('says the title where there is none, and a dash for what is absent', () => {
    expect(say('')).toBe('Mine');
    expect(say('{{momentum}} {{ema9_1h}} {{level}}')).toBe('– – –');
  });

  it('knows all names of conditions, and each of its own', () => {
    expect(say('{{market.breadth}} {{rank.change_1h}} {{btc.price}}')).toBe('– – –');
    for (const name of Object.keys(messageNames)) expect(say(`{{${name}}}`), name).not.toContain('{');
  });

  it('has no name that docs/rules.md does not list', () => {
    const text = readFileSync(new URL('../../../docs/rules.md', import.meta.url), 'utf8');
    const listed = text.slice(text.indexOf('## Messages'));
    for (const name of Object.keys(messageNames)) expect(listed).toContain(`\`${name}\``);
  });

  it('is never longer than its limit', () => {
    const text = say('{{title}} '.repeat(50), { title: 'x'.repeat(120) });
    expect(text).toHaveLength(MESSAGE_LENGTH_MAX);
    expect(text.endsWith('…')).toBe(true);
  });

  it('names the nearest name of one that does not exist', () => {
    expect(compileMessage(ruleOf({ message: '{{simbol}}' }))).toEqual({
      reason: 'its message has {{simbol}}, which nothing is called',
      expected: 'a name such as {{symbol}}',
    });
  });
});
