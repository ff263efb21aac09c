import {
  type Candle,
  closeMarket,
  InstrumentState,
  MarketRelations,
  MINUTE_MS,
  measureInstrument,
} from '@screener/market';
import { describe, expect, it } from 'vitest';
import { RuleEngine } from '../engine/index.ts';
import type { RuleDefinition } from '../rule.ts';
import { randomWalk } from '../testing/random-walk.ts';
import { everything, ruleOf } from '../testing/rule-of.ts';
import type { BacktestInstrument } from './backtest-options.ts';
import type { RuleResult } from './backtest-result.ts';
import { CandleTape } from './candle-tape.ts';
import { runBacktest } from './run-backtest.ts';

const begin = Date.UTC(2026, 0, 5);
const MINUTES = 1_900;
const names = ['BTCUSDT', 'ETHUSDT', 'ALTUSDT', 'NEWUSDT'].map((symbol) => `test:usdm:${symbol}`);
const [btc = '', eth = '', alt = '', late = ''] = names;

const candlesOf = (seed: number): ReadonlyMap<string, readonly Candle[]> =>
  new Map(
    names.map((name, place) => {
      const walk = randomWalk({ seed: seed + place, minutes: MINUTES, size: 0.6, holes: 0.0002 }, begin);
      // One is listed only later.
      return [name, name === late ? walk.slice(400) : walk];
    }),
  );

function subjectsOf(market: ReadonlyMap<string, readonly Candle[]>): readonly BacktestInstrument[] {
  return [...market].map(([instrument, candles]) => {
    const tape = new CandleTape();
    for (const candle of candles) tape.put(candle);
    return { instrument, quote: 'USDT', tape, primed: new Map() };
  });
}

const rules: readonly RuleDefinition[] = [
  ruleOf({ rule: 'breadth', condition: 'market.breadth >= 0.75 && change_5m > 0.8' }),
  ruleOf({ rule: 'first', condition: 'rank.change_5m == 1 && market.instruments > 3' }),
  ruleOf({ rule: 'alone', condition: 'btc.change_15m < -0.4 && eth.change_15m < 0.0 && change_15m > 0.5' }),
  ruleOf({ rule: 'beside', condition: 'btc.correlation_1d < 0.5 && btc.relative_strength_1h > 0.2' }),
  ruleOf({ rule: 'traded', condition: 'change_5m > 0.5', universe: { ...everything, topByVolume: 2 } }),
  ruleOf({ rule: 'altOnly', condition: 'rank.change_1h <= 2', universe: { ...everything, symbols: ['ALTUSDT'] } }),
  ruleOf({ rule: 'itself', condition: 'change_5m > 1.2' }),
];

function run(market: ReadonlyMap<string, readonly Candle[]>, asked = rules): readonly RuleResult[] {
  const running = runBacktest(subjectsOf(market), {
    ...{ rules: asked, changeBasis: 'open', side: 'long', seed: 1, clusterMinutes: 15 },
    ...{ from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY },
  });
  let minutes = 0;
  for (;;) {
    const step = running.next();
    if (step.done) {
      expect(minutes).toBe(subjectsOf(market).reduce((sum, { tape }) => sum + tape.length, 0));
      return step.value;
    }
    minutes += step.value;
  }
}

const told = (results: readonly RuleResult[], until = Number.POSITIVE_INFINITY): readonly string[] =>
  results
    .flatMap(({ rule, alerts }) =>
      alerts.flatMap(({ instrument, openTime, numbers }) =>
        openTime > until ? [] : [`${rule} ${instrument} ${openTime} ${JSON.stringify(numbers)}`],
      ),
    )
    .sort();

/** What all instruments say together, minute after minute, with every number there is. */
function inTheAlerter(market: ReadonlyMap<string, readonly Candle[]>): readonly string[] {
  const engine = new RuleEngine({ changeBasis: 'open' });
  for (const rule of rules) engine.saveRule(rule);
  const relations = new MarketRelations();
  const states = new Map(names.map((name) => [name, new InstrumentState()]));
  const byMinute = new Map(
    [...market].map(([name, candles]) => [name, new Map(candles.map((candle) => [candle.openTime, candle]))]),
  );
  const alerts: string[] = [];
  for (let openTime = begin; openTime < begin + MINUTES * MINUTE_MS; openTime += MINUTE_MS) {
    const rows = names.flatMap((instrument) => {
      const candle = byMinute.get(instrument)?.get(openTime);
      const metrics = candle && states.get(instrument)?.add(candle);
      if (metrics?.outcome !== 'metrics') return [];
      for (const { type, event } of engine.closed({ ...metrics, instrument })) {
        if (type !== 'AlertTriggered') throw new Error(type);
        const { volume, changePct, volumeIncrease, candleSizePct, momentumScore } = event;
        const numbers = { volume, changePct, volumeIncrease, candleSizePct, momentumScore };
        alerts.push(`${event.rule} ${instrument} ${openTime} ${JSON.stringify(numbers)}`);
      }
      return [measureInstrument(instrument, metrics, 'open')];
    });
    relations.rows(openTime, rows, () => true);
    const relation = (one: string, other: string) => relations.relation(one, other, openTime);
    const record = closeMarket({ openTime, missing: [], missingPartitions: [], rows, relation });
    engine.knowMarket(openTime, () => record);
    engine.minuteOver(openTime);
  }
  return alerts.sort();
}

describe('rules that read the market', { timeout: 180_000 }, () => {
  const market = candlesOf(11);
  const found = run(market);

  it('fire as where all numbers of all instruments are known', () => {
    for (const { rule, alerts } of found) expect(`${rule} ${alerts.length > 5}`).toBe(`${rule} true`);
    expect(told(found)).toEqual(inTheAlerter(market));
  });

  it('are for whom they are, while all others make the market', () => {
    const altOnly = found.find(({ rule }) => rule === 'altOnly');
    expect(new Set(altOnly?.alerts.map(({ instrument }) => instrument))).toEqual(new Set([alt]));
    // Only minutes of its own instrument count, and those in which there was a rank.
    expect(altOnly?.minutes).toBe(MINUTES - 60);
  });

  it('begin where the numbers of the market are there', () => {
    // Nine tenths of a day, and the minute after that.
    const beside = found.find(({ rule }) => rule === 'beside');
    expect(beside?.alerts.every(({ openTime }) => openTime > begin + 1_296 * MINUTE_MS)).toBe(true);
    expect(beside?.minutes).toBeLessThan(4 * (MINUTES - 1_296));
    expect(beside?.minutes).toBeGreaterThan(3 * (MINUTES - 1_296 - 400));
  });

  it('read the market of the minute before, and cannot look ahead', () => {
    const cut = begin + 1_500 * MINUTE_MS;
    const other = candlesOf(99);
    const altered = new Map(
      [...market].map(([name, candles]) => [
        name,
        [
          ...candles.filter(({ openTime }) => openTime <= cut),
          ...(other.get(name) ?? []).filter(({ openTime }) => openTime > cut),
        ],
      ]),
    );
    expect(told(run(altered), cut)).toEqual(told(found, cut));
    expect(told(found, cut).length).toBeGreaterThan(100);
    // Everybody else's minute is another one: what fires in that minute stays.
    const others = new Map(
      [...market].map(([name, candles]) => [
        name,
        candles.map((candle) =>
          name === alt || candle.openTime !== cut
            ? candle
            : { ...candle, close: candle.open * 0.9, low: candle.open * 0.89 },
        ),
      ]),
    );
    const ofAlt = (all: readonly string[]) => all.filter((text) => text.includes(` ${alt} `));
    expect(ofAlt(told(run(others), cut))).toEqual(ofAlt(told(found, cut)));
    expect(told(run(others))).not.toEqual(told(found));
  });

  it('need Bitcoin and Ether where they name them', () => {
    const without = (name: string) => new Map([...market].filter(([each]) => each !== name));
    const of = (rule: string) => rules.filter((each) => each.rule === rule);
    expect(() => run(without(btc), of('beside'))).toThrow('it reads btc.correlation_1d, and none of the 3 instruments');
    expect(() => run(without(eth), of('alone'))).toThrow('is Ether against dollars');
    expect(run(new Map(), of('alone'))[0]?.alerts).toEqual([]);
  });
});
