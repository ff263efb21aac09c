/** Every preset fires in a market that does what it is about, and all are silent where nothing happens. */
import { type Candle, InstrumentState } from '@screener/market';
import { describe, expect, it } from 'vitest';
import { compileRule } from '../compile-rule.ts';
import { createEvaluationInput } from '../evaluation-input.ts';
import { presets } from '../presets.ts';
import { type Move, PatternMarket } from '../testing/pattern-market.ts';

const compiled = presets.map((preset) => compileRule(preset));
const DAY = 1_440;

/** Ids of the presets that hold at some minute after the first `from`. */
function holdAfter(from: number, candles: readonly Candle[]): ReadonlySet<string> {
  const state = new InstrumentState();
  const minutes = createEvaluationInput({ instrument: 'test:spot:AUSDT', quote: 'USDT', changeBasis: 'open' });
  const found = new Set<string>();
  for (const [index, candle] of candles.entries()) {
    const metrics = state.add(candle);
    if (metrics.outcome === 'refused') throw new Error(metrics.text);
    minutes.closed(metrics.openTime, metrics, undefined);
    if (index < from) continue;
    for (const { rule, evaluate } of compiled) if (evaluate(minutes.input) === true) found.add(rule.rule);
  }
  return found;
}

const mirrored = (moves: readonly Move[]): readonly Move[] =>
  moves.map((move) => ({ ...move, change: -move.change, takerShare: 1 - (move.takerShare ?? 0.5) }));

/** What a preset and its mirror are about. */
const patterns: readonly (readonly [string, string, readonly Move[]])[] = [
  [
    ...(['big_bull_60m', 'big_bear_60m'] as const),
    [
      { minutes: 960, change: 3 },
      { minutes: 420, change: 3 },
      { minutes: 60, change: 2.2, volume: 4 },
    ],
  ],
  ['pioneer_bull', 'pioneer_bear', [{ minutes: 5, change: 1.9, volume: 5 }]],
  [
    ...(['big_bull_5m', 'big_bear_5m'] as const),
    [
      { minutes: 45, change: 1 },
      { minutes: 10, change: 0.8 },
      { minutes: 5, change: 0.9, volume: 8 },
    ],
  ],
  [
    ...(['big_bull_15m', 'big_bear_15m'] as const),
    [
      { minutes: 420, change: 2 },
      { minutes: 45, change: 1 },
      { minutes: 15, change: 1.5, volume: 5 },
    ],
  ],
  [
    ...(['top_hunter', 'bottom_hunter'] as const),
    [
      { minutes: 45, change: 1 },
      { minutes: 10, change: 1.6 },
      { minutes: 5, change: -0.7, volume: 4 },
    ],
  ],
  [
    ...(['top_hunter_rsi', 'bottom_hunter_rsi'] as const),
    [
      { minutes: 180, change: 6 },
      { minutes: 10, change: 2.4 },
      { minutes: 5, change: -0.9 },
    ],
  ],
  ['rsi_overbought', 'rsi_oversold', [{ minutes: 600, change: 9 }]],
  ['bull_whale', 'bear_whale', [{ minutes: 15, change: 2.8, volume: 6, takerShare: 0.7 }]],
  ['bull_volume', 'bear_volume', [{ minutes: 3, change: 0.3, volume: 6 }]],
  ['pump_radar', 'dump_radar', [{ minutes: 5, change: 4, volume: 10 }]],
  [
    ...(['volatility', 'volatility'] as const),
    [4, -4, 4, -4, 4, -4, 4, -4].map((change): Move => ({ minutes: 5, change })),
  ],
  ['quiet_whale', 'quiet_whale', [{ minutes: 5, change: 0, volume: 12 }]],
  ['flat_1m', 'flat_1m', [{ minutes: 10, change: 0, wick: 0.0002, noise: 0.0001 }]],
  ['flat_8h', 'flat_8h', [{ minutes: 480, change: 0 }]],
  ['big_bull_60m_classic', 'big_bear_60m_classic', [{ minutes: 60, change: 4, volume: 3 }]],
  ['pioneer_bull_classic', 'pioneer_bear_classic', [{ minutes: 15, change: 1.8, volume: 2.5 }]],
];

describe.each(patterns)('%s and %s', (bull, bear, moves) => {
  it.each([1, 2])('fire on their own pattern, seed %i', (seed) => {
    const market = (steps: readonly Move[]): readonly Candle[] => {
      const made = new PatternMarket(seed).dull(DAY);
      for (const step of steps) made.move(step);
      return made.candles;
    };
    const [up, down] = [holdAfter(DAY, market(moves)), holdAfter(DAY, market(mirrored(moves)))];
    expect(up).toContain(bull);
    expect(down).toContain(bear);
    if (bull === bear) return;
    expect(up).not.toContain(bear);
    expect(down).not.toContain(bull);
  });
});

it('there is a pattern for each preset', () => {
  const told = new Set(patterns.map(([bull]) => bull).concat(patterns.map(([, bear]) => bear)));
  expect([...told].sort()).toEqual(presets.map(({ rule }) => rule).sort());
});

it.each([1, 2, 3, 4, 5])('all are silent in a dull market of three days, seed %i', (seed) => {
  expect([...holdAfter(0, new PatternMarket(seed).dull(3 * DAY).candles)]).toEqual([]);
});
