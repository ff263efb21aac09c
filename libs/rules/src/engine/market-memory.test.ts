import { MINUTE_MS } from '@screener/market';
import { expect, it } from 'vitest';
import { everything, ruleOf } from '../testing/rule-of.ts';
import type { ClosedMinute } from './instrument-watch.ts';
import { RuleEngine } from './rule-engine.ts';

const begin = Date.UTC(2026, 0, 5);
const minute: ClosedMinute = { instrument: 'binance:usdm:BTCUSDT', openTime: begin + MINUTE_MS, price: 2, windows: [] };

/** Whose record of the market cannot be read. */
function engineWith(condition: string, topByVolume?: number): RuleEngine {
  const engine = new RuleEngine({ changeBasis: 'open' });
  const universe = topByVolume === undefined ? null : { ...everything, topByVolume };
  engine.saveRule(ruleOf({ rule: 'one', condition, universe, cooldownMs: 0 }));
  engine.knowMarket(begin, () => {
    throw new Error('of a later release');
  });
  return engine;
}

it('a record of the market is not read where no rule asks for it', () => {
  expect(engineWith('price > 1.0').closed(minute)).toMatchObject([{ type: 'AlertTriggered' }]);
});

it.each([
  ['market.breadth > 0.5', undefined],
  ['price > 1.0', 3],
])('one that cannot be read is no fault of the rule that asks for it: %s, the first %s', (condition, topByVolume) => {
  const engine = engineWith(condition, topByVolume);
  expect(() => engine.closed(minute)).toThrow('of a later release');
  expect(engine.ruleStates()).toMatchObject([{ status: 'active' }]);
});
