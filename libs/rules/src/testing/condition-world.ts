/** Everything that a condition can look at, in the plainest form: what evaluators are compared on. */
import { MINUTE_MS } from '@screener/market';
import { CandleHistory } from '../candle-history.ts';
import { conditionNames, instrumentTexts } from '../condition-names.ts';
import { EvaluationInput } from '../evaluation-input.ts';
import type { SeededRandom } from './seeded-random.ts';

export interface WorldCandle {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly quote_volume: number;
  readonly base_volume: number;
  readonly trades: number;
}

export interface ConditionWorld {
  /** By full name; a missing one is absent. */
  readonly numbers: Readonly<Record<string, number>>;
  /** By full name; a missing one is absent. */
  readonly texts: Readonly<Record<string, string>>;
  /** Consecutive minutes, the newest last. */
  readonly candles: readonly WorldCandle[];
}

const oddNumbers = [Number.NaN, Infinity, -Infinity, -0, 0, Number.MIN_VALUE, 1e308, -1e308];
const plainNumbers = [0.5, 1, 1.5, 2, 2.5, 3, -1, -2.5];

export function randomWorld(random: SeededRandom, names: readonly string[]): ConditionWorld {
  const number = (): number => random.pick(random.chance(0.2) ? oddNumbers : plainNumbers);
  const numbers: Record<string, number> = {};
  for (const name of names) if (random.chance(0.75)) numbers[name] = number();
  const texts: Record<string, string> = {};
  for (const { name } of instrumentTexts)
    if (random.chance(0.75)) texts[name] = random.pick(['BTCUSDT', 'BTC', 'USDT', 'a"b']);
  const candles = Array.from({ length: random.pick([0, 1, 2, 3, 5, 8]) }, (): WorldCandle => {
    const volume = number();
    return {
      open: number(),
      high: number(),
      low: number(),
      close: number(),
      volume,
      quote_volume: volume,
      base_volume: number(),
      trades: number(),
    };
  });
  return { numbers, texts, candles };
}

const FIRST_MINUTE_MS = 1_700_000_040_000;

export function inputOfWorld({ numbers, texts, candles }: ConditionWorld): EvaluationInput {
  const history = new CandleHistory();
  for (const [index, candle] of candles.entries()) {
    const { volume: quoteVolume, base_volume: volume } = candle;
    history.put(FIRST_MINUTE_MS + index * MINUTE_MS, { ...candle, quoteVolume, volume });
  }
  return new EvaluationInput(
    conditionNames.numbers.length,
    (slot) => numbers[conditionNames.at(slot).name],
    history,
    instrumentTexts.map(({ name }) => texts[name]),
  );
}
