/** Thousands of rules through indexes say what each rule by itself says, evaluated one after the other. */
import { type Candle, InstrumentState, MINUTE_MS } from '@screener/market';
import { expect, it } from 'vitest';
import { createEvaluationInput } from '../evaluation-input.ts';
import { MarketMinute, type MarketSource } from '../market-names.ts';
import type { RuleDefinition } from '../rule.ts';
import { decideTrigger, type TriggerState, triggerInitial } from '../rule-trigger.ts';
import { everything, ruleOf } from '../testing/rule-of.ts';
import { SeededRandom } from '../testing/seeded-random.ts';
import { compileUniverse } from '../universe.ts';
import type { ClosedMinute } from './instrument-watch.ts';
import { prepareRule } from './rule-book.ts';
import { RuleEngine } from './rule-engine.ts';

const begin = Date.UTC(2026, 0, 5);
const instruments = ['BTCUSDT', 'ETHUSDT', 'BTCUSDC', 'DOGEUSDT', 'ADAEUR'].map((symbol) => `binance:usdm:${symbol}`);
const quoteOf = (instrument: string): string => /(USDT|USDC|EUR)$/.exec(instrument)?.[0] ?? '';

/** Rules as people write them: thresholds of all kinds, conjunctions, disjunctions, candles, the market. */
function randomRule(random: SeededRandom, id: number): RuleDefinition {
  const comparison = (): string => {
    const name = random.pick([
      'change_1m',
      'change_5m',
      'change_15m',
      'previous.change_1m',
      'btc.change_1h',
      'rank.volume_1d',
      'price',
    ]);
    const value =
      name === 'price' ? 100 + random.next() : name === 'rank.volume_1d' ? random.below(6) : random.next() - 0.5;
    const [left, right] = random.chance(0.8) ? [name, value.toFixed(3)] : [value.toFixed(3), name];
    return `${left} ${random.pick(['>', '>=', '<', '<='])} ${right}`;
  };
  const list = (): string => `candles.last(${2 + random.below(3)}).all(c, c.close ${random.pick(['>', '<'])} c.open)`;
  const term = (): string =>
    random.chance(0.2) ? list() : random.chance(0.15) ? `volume_5m > 5.0 * volume_1m` : comparison();
  if (random.chance(0.15)) {
    const level = (99 + 2 * random.next()).toFixed(2);
    const [from, to] = random.chance(0.5) ? ['<', '>='] : ['>', '<='];
    return ruleOf({
      rule: `r${id}`,
      condition: `previous.price ${from} ${level} && price ${to} ${level}`,
      cooldownMs: 0,
    });
  }
  const terms = Array.from({ length: 1 + random.below(4) }, term);
  const condition = random.chance(0.2) ? `${terms.join(' || ')}` : terms.join(' && ');
  const universe = random.pick([
    null,
    null,
    { ...everything, quotes: ['USDT'] },
    { ...everything, topByVolume: 1 + random.below(4) },
    { ...everything, symbols: ['BTCUSDT', 'binance:usdm:ADAEUR'] },
    { ...everything, exclude: ['ETHUSDT'] },
  ]);
  const frequency = random.pick(['every_time', 'every_time', 'once', 'once_per_bar'] as const);
  const cooldownMs = random.pick([0, 0, 180_000]);
  return ruleOf({ rule: `r${id}`, condition, universe, frequency, cooldownMs, forMinutes: random.pick([0, 0, 2, 3]) });
}

function* minutes(
  random: SeededRandom,
  count: number,
): Generator<{ rows: readonly ClosedMinute[]; market: MarketSource }> {
  const states = instruments.map(() => new InstrumentState());
  const prices = instruments.map(() => 100);
  for (let minute = 0; minute < count; minute++) {
    const openTime = begin + minute * MINUTE_MS;
    const rows = instruments.flatMap((instrument, at): ClosedMinute[] => {
      if (random.chance(0.03)) {
        states[at]?.addGap(openTime);
        return [];
      }
      const open = prices[at] as number;
      const close = open * (1 + (random.next() - 0.5) / 100);
      prices[at] = close;
      const quoteVolume = 1_000 * random.next();
      const candle: Candle = {
        ...{ openTime, open, high: Math.max(open, close), low: Math.min(open, close), close },
        ...{ volume: quoteVolume / close, quoteVolume, trades: 3, takerBuyVolume: 0, takerBuyQuoteVolume: 0 },
      };
      const metrics = states[at]?.add(candle);
      if (metrics?.outcome !== 'metrics') throw new Error('a candle in order');
      return [{ ...metrics, instrument }];
    });
    const ranks = instruments.map((instrument) => ({ instrument, volume_1d: 1 + random.below(instruments.length) }));
    const btc = { price: 1, change_1h: random.next() - 0.5 };
    const counts = { instruments: 5, advancing_1h: 1, declining_1h: 1, advancing_1d: 1, declining_1d: 1 };
    yield { rows, market: { openTime, ...counts, btc, ranks } };
  }
}

it.each([1, 2, 3])('fires the same, seed %i', { timeout: 60_000 }, (seed) => {
  const random = new SeededRandom(seed);
  const rules = Array.from({ length: 400 }, (_, id) => randomRule(random, id));
  const engine = new RuleEngine({ changeBasis: 'open', alertsPerMinuteMax: 1_000 });
  for (const rule of rules) engine.saveRule(rule);
  for (const instrument of instruments) engine.knowInstrument(instrument, quoteOf(instrument));
  const prepared = rules
    .map((rule) => ({ ...prepareRule(rule), universe: compileUniverse(rule.universe, undefined) }))
    .sort((one, other) => (one.definition.rule < other.definition.rule ? -1 : 1));
  const inputs = new Map(
    instruments.map((instrument) => [
      instrument,
      createEvaluationInput({ instrument, quote: quoteOf(instrument), changeBasis: 'open' }),
    ]),
  );
  const states = new Map<string, TriggerState>();
  let before: MarketMinute | undefined;
  let fired = 0;
  for (const { rows, market } of minutes(random, 90)) {
    for (const row of rows) {
      const { instrument, openTime } = row;
      const found = engine.closed(row).map(({ event }) => 'id' in event && `${event.rule}/${event.openTime}`);
      const mine = inputs.get(instrument);
      if (mine === undefined) throw new Error('known');
      mine.closed(openTime, row, before);
      const volumeRank = before?.rankOf(instrument)?.volume_1d ?? undefined;
      const expected = prepared.filter(({ definition, compiled, trigger, universe }) => {
        const key = `${instrument}/${definition.rule}`;
        const isFor = universe.includes({ instrument, quote: quoteOf(instrument), volumeRank });
        const result = isFor && compiled.evaluate(mine.input);
        const at = openTime + MINUTE_MS;
        const decision = decideTrigger(trigger, states.get(key) ?? triggerInitial, {
          openTime,
          at,
          closed: true,
          result,
        });
        states.set(key, decision.state);
        return decision.fires;
      });
      fired += expected.length;
      expect(found).toEqual(expected.map(({ definition }) => `${definition.rule}/${openTime}`));
    }
    before = new MarketMinute(market);
    engine.knowMarket(market.openTime, () => market);
    engine.minuteOver(market.openTime);
  }
  expect(fired).toBeGreaterThan(1_000);
});
