import { type Candle, InstrumentState, MINUTE_MS } from '@screener/market';
import { describe, expect, it } from 'vitest';
import { type EngineEvent, RuleEngine } from '../engine/index.ts';
import { presetRules } from '../presets.ts';
import { randomWalk } from '../testing/random-walk.ts';
import { everything, ruleOf } from '../testing/rule-of.ts';
import { TAPE_START, tapeOf } from '../testing/tape-of.ts';
import type { BacktestInstrument, BacktestOptions } from './backtest-options.ts';
import type { RuleResult } from './backtest-result.ts';
import { CandleTape } from './candle-tape.ts';
import { runBacktest } from './run-backtest.ts';

const instrumentOf = (tape: CandleTape, instrument = 'test:usdm:AAA'): BacktestInstrument => {
  return { instrument, quote: 'USDT', tape, primed: new Map() };
};
const tapeWith = (candles: readonly Candle[]): CandleTape => {
  const tape = new CandleTape();
  for (const candle of candles) tape.put(candle);
  return tape;
};

const always = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
const defaults = { changeBasis: 'open', side: 'long', seed: 1, clusterMinutes: 15, ...always } as const;

function run(instruments: readonly BacktestInstrument[], options: Partial<BacktestOptions>): readonly RuleResult[] {
  const running = runBacktest(instruments, { ...defaults, rules: [ruleOf()], ...options });
  for (;;) {
    const step = running.next();
    if (step.done) return step.value;
  }
}

describe('a backtest', () => {
  // Minute 3 rises by 10 % and minute 8 by 20 %; the others stay where they are.
  const closes = [100, 100, 100, 110, 110, 99, 99, 99, 118.8, 118.8, 118.8, 237.6, 118.8, 118.8, 118.8];
  const tape = tapeOf(
    closes.map((close, minute) => {
      const open = closes[minute - 1] ?? 100;
      return [open, Math.max(open, close) + 1, Math.min(open, close) - 1, close] as const;
    }),
  );
  const rule = ruleOf({ condition: 'change_1m > 5.0', timeframe: '1m' });

  it('tells alerts and what followed them, computed by hand', () => {
    const [result] = run([instrumentOf(tape)], { rules: [rule] });
    const alerts = result?.alerts.map(({ openTime, ...alert }) => ({
      minute: (openTime - TAPE_START) / MINUTE_MS,
      ...alert,
    }));
    expect(
      alerts?.map(({ minute, price, entryPrice, returns, drawdowns }) => [
        minute,
        price,
        entryPrice,
        returns[0],
        drawdowns[0],
      ]),
    ).toEqual([
      // In at the open of minute 4, 110; out at the close of minute 8, 118.8; the lowest in between is 98.
      [3, 110, 110, ((118.8 - 110) / 110) * 100, ((98 - 110) / 110) * 100],
      // In at 118.8; out at the close of minute 13, 118.8; lowest 117.8.
      [8, 118.8, 118.8, 0, ((117.8 - 118.8) / 118.8) * 100],
      // Five minutes later is after the end.
      [11, 237.6, 237.6, null, null],
    ]);
    expect(alerts?.[0]?.returns.slice(1)).toEqual([null, null, null, null]);
    expect(result?.horizons).toHaveLength(1);
    expect(result?.horizons[0]).toMatchObject({ minutes: 5, trades: 2, episodes: 2 });
    const { mean, median, hitRate, worstDrawdown } = result?.horizons[0]?.alerts ?? {};
    expect([mean, median]).toEqual([((118.8 - 110) / 110) * 50, mean]);
    expect([hitRate, worstDrawdown]).toEqual([0.5, ((98 - 110) / 110) * 100]);
    expect(result?.minutes).toBe(15);
    expect(result?.alertsPerDay).toBeCloseTo((3 * 1_440) / 15, 9);
  });

  it('covers from and to, with what is older to warm up and what is later to look at', () => {
    const from = TAPE_START + 4 * MINUTE_MS;
    const [result] = run([instrumentOf(tape)], { rules: [rule], from, to: from + 5 * MINUTE_MS });
    expect(result?.alerts.map(({ openTime, returns }) => [(openTime - TAPE_START) / MINUTE_MS, returns[0]])).toEqual([
      [8, 0],
    ]);
    expect(result?.minutes).toBe(5);
  });

  it('says of short trades the opposite', () => {
    const [result] = run([instrumentOf(tape)], { rules: [rule], side: 'short' });
    expect(result?.horizons[0]?.alerts).toMatchObject({ mean: ((110 - 118.8) / 110) * 50, hitRate: 0 });
  });

  it('keeps cooldowns, `for` and universes as the alerter does', () => {
    const alertsOf = (change: object) =>
      run([instrumentOf(tape)], { rules: [{ ...rule, ...change }] })[0]?.alerts.length;
    expect(alertsOf({ cooldownMs: 5 * MINUTE_MS })).toBe(2);
    expect(alertsOf({ condition: 'price > 0.0', forMinutes: 15 })).toBe(1);
    expect(alertsOf({ condition: 'price > 0.0', forMinutes: 16 })).toBe(0);
    expect(alertsOf({ universe: { ...everything, symbols: ['BBB'] } })).toBe(0);
    expect(alertsOf({ universe: { ...everything, quotes: ['USDT'] } })).toBe(3);
  });

  it('says how often a rule fires, and how often on several instruments at once', () => {
    const [result] = run([instrumentOf(tape), instrumentOf(tape, 'test:usdm:BBB')], {
      rules: [rule],
      clusterMinutes: 0,
    });
    expect([result?.alerts.length, result?.clustered, result?.minutes]).toEqual([6, 1, 30]);
    expect(result?.alertsPerDay).toBeCloseTo((6 * 1_440) / 15, 9);
    expect(result?.alerts.map(({ instrument }) => instrument.at(-1)).join('')).toBe('ABABAB');
  });

  it('refuses what the candles cannot answer', () => {
    const refused = (change: object) => () => run([instrumentOf(tape)], { rules: [ruleOf(change)] });
    expect(refused({ condition: 'btc.change_1h > 0.5' })).toThrow('none of the 1 instruments is Bitcoin');
    expect(refused({ condition: 'eth.price > 0.5 && btc.price > 0.5' })).toThrow('is Bitcoin against dollars');
    expect(refused({ universe: { ...everything, watchlist: 'mine' } })).toThrow('the watchlist mine');
    expect(refused({ condition: 'change_1h >' })).toThrow('character');
  });
});

describe('the presets over a past with holes', { timeout: 60_000 }, () => {
  const candles = randomWalk({ seed: 41, minutes: 5_000, size: 1.5, holes: 0.0002 });
  // Much happens: what presets wait for are moves of some percent with much volume.
  const wild = candles.map((candle) => ({ ...candle, quoteVolume: candle.quoteVolume * 900 }));
  const subjects = [instrumentOf(tapeWith(wild))];
  const found = run(subjects, { rules: presetRules });

  it('fire', () => {
    expect(found.filter(({ alerts }) => alerts.length > 0).length).toBeGreaterThan(4);
    expect(found.reduce((sum, { alerts }) => sum + alerts.length, 0)).toBeGreaterThan(100);
  });

  it('fire the same where everything is computed', () => {
    expect(run(subjects, { rules: presetRules, everything: true })).toEqual(found);
    // Each alone needs the least.
    for (const [place, rule] of presetRules.entries()) {
      if (place % 6 > 0) continue;
      const [alone] = run(subjects, { rules: [rule] });
      expect(alone?.alerts).toEqual(found[place]?.alerts);
    }
  });

  it('fire as in the alerter, minute by minute', () => {
    const state = new InstrumentState();
    const engine = new RuleEngine({ changeBasis: 'open' });
    for (const rule of presetRules) engine.saveRule(rule);
    const events: EngineEvent[] = [];
    for (const candle of wild) {
      const metrics = state.add(candle);
      if (metrics.outcome === 'refused') throw new Error(metrics.text);
      events.push(...engine.closed({ instrument: 'test:usdm:AAA', ...metrics }));
    }
    const expected = events.map((event) =>
      event.type === 'AlertTriggered' ? `${event.event.rule} ${event.event.openTime}` : event,
    );
    const alerts = found.flatMap(({ rule, alerts }) => alerts.map(({ openTime }) => `${rule} ${openTime}`));
    expect([...alerts].sort()).toEqual(expected.sort());
  });

  it('cannot look ahead: whatever comes after a minute, the alerts up to it are the same', () => {
    for (const cut of [2_500, 4_990]) {
      const until = wild[cut]?.openTime ?? 0;
      const other = randomWalk({ seed: cut, minutes: 300, size: 1.5 }, until + MINUTE_MS);
      const altered = [
        ...wild.slice(0, cut + 1),
        ...other.map((candle) => ({ ...candle, quoteVolume: candle.quoteVolume * 900 })),
      ];
      const results = run([instrumentOf(tapeWith(altered))], { rules: presetRules });
      let compared = 0;
      for (const [place, { alerts }] of results.entries()) {
        const known = ({ openTime, instrument, price, numbers }: (typeof alerts)[number]) => ({
          openTime,
          instrument,
          price,
          numbers,
        });
        const upTo = (all: typeof alerts) => all.filter(({ openTime }) => openTime <= until).map(known);
        expect(upTo(alerts)).toEqual(upTo(found[place]?.alerts ?? []));
        compared += upTo(alerts).length;
      }
      expect(compared).toBeGreaterThan(10);
    }
  });
});

describe('a rising market', { timeout: 60_000 }, () => {
  // Half a percent an hour, up and up: whoever buys anything at any time gains.
  const risingTape = (seed: number) => tapeWith(randomWalk({ seed, minutes: 5_000, drift: 0.008 }));
  const chance = ruleOf({ condition: 'base_volume_1m > 1000.0', timeframe: '1m', cooldownMs: 15 * MINUTE_MS });

  it('makes a rule that says nothing gain, and not significant', () => {
    const pValues: number[] = [];
    for (let seed = 1; seed <= 5; seed++) {
      const [result] = run([instrumentOf(risingTape(seed))], { rules: [chance], seed });
      for (const { minutes, alerts, random, pValue, trades } of result?.horizons ?? []) {
        if (minutes !== 60) continue;
        expect(trades).toBeGreaterThan(40);
        expect(alerts.mean).toBeGreaterThan(0.2);
        expect(random.mean).toBeGreaterThan(0.2);
        pValues.push(pValue);
      }
    }
    expect(pValues).toHaveLength(5);
    expect(pValues.filter((pValue) => pValue < 0.01)).toEqual([]);
    expect(pValues.filter((pValue) => pValue < 0.1).length).toBeLessThan(3);
  });

  it('makes a rule that does say something significant', () => {
    // The minute after each burst of volume rises by half a percent, once and for all.
    const candles = randomWalk({ seed: 3, minutes: 8_000, drift: 0.008 });
    let factor = 1;
    const told = candles.map((candle, index) => {
      if ((candles[index - 2]?.volume ?? 0) > 1_000) factor *= 1.005;
      const { open, high, low, close, quoteVolume } = candle;
      const scaled = { open: open * factor, high: high * factor, low: low * factor, close: close * factor };
      return { ...candle, ...scaled, quoteVolume: quoteVolume * factor };
    });
    const [result] = run([instrumentOf(tapeWith(told))], { rules: [chance] });
    expect(result?.horizons[0]).toMatchObject({ minutes: 5, pValue: 1 / 2_001 });
  });
});
