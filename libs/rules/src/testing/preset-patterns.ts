/** What each preset is about, as moves of a market; and the minutes of a market as conditions see them. */
import { type Candle, InstrumentState } from '@screener/market';
import type { CompiledRule } from '../compile-rule.ts';
import { createEvaluationInput, type EvaluationInput } from '../evaluation-input.ts';
import { type Move, PatternMarket } from './pattern-market.ts';

/** Windows of a day are full from here on, and indicators warm. */
export const DAY_MINUTES = 1_440;

/** Each minute after the first `from`, as conditions see it; valid until the next one is asked for. */
export function* minutesOf(candles: readonly Candle[], from: number): Generator<EvaluationInput> {
  const state = new InstrumentState();
  const minutes = createEvaluationInput({ instrument: 'test:spot:AUSDT', quote: 'USDT', changeBasis: 'open' });
  for (const [index, candle] of candles.entries()) {
    const metrics = state.add(candle);
    if (metrics.outcome === 'refused') throw new Error(metrics.text);
    minutes.closed(metrics.openTime, metrics, undefined);
    if (index >= from) yield minutes.input;
  }
}

/** A dull day, and then these moves. */
export function marketOf(seed: number, moves: readonly Move[]): readonly Candle[] {
  const market = new PatternMarket(seed).dull(DAY_MINUTES);
  for (const move of moves) market.move(move);
  return market.candles;
}

export const mirrored = (moves: readonly Move[]): readonly Move[] =>
  moves.map((move) => ({ ...move, change: -move.change, takerShare: 1 - (move.takerShare ?? 0.5) }));

/** What a preset and its mirror are about: the moves of the first, of which the second has the opposite. */
export const patterns: readonly (readonly [string, string, readonly Move[]])[] = [
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

/** The first minute of its pattern at which a preset holds. */
export function firstHeld({ rule, evaluate }: CompiledRule): EvaluationInput {
  for (const [bull, bear, moves] of patterns) {
    if (bull !== rule.rule && bear !== rule.rule) continue;
    for (const input of minutesOf(marketOf(1, bull === rule.rule ? moves : mirrored(moves)), DAY_MINUTES)) {
      if (evaluate(input) === true) return input;
    }
  }
  throw new Error(`${rule.rule} does not fire on its pattern`);
}
