/** Rules as ten thousand users write them: a fixed mix, the same for the same seed. */
import { presetRules, type RuleDefinition, type RuleUniverse } from '@screener/rules';
import { numbersFrom } from './seeded-minutes.ts';

/** How far each window usually goes in percent; people wait for more than that. */
const usualChanges: Readonly<Record<string, number>> = {
  '5m': 0.3,
  '15m': 0.5,
  '30m': 0.7,
  '1h': 1,
  '4h': 2,
  '8h': 3,
  '1d': 5,
};
const windows = Object.keys(usualChanges);
const partsOfDay: Readonly<Record<string, number>> = {
  '5m': 288,
  '15m': 96,
  '30m': 48,
  '1h': 24,
  '4h': 6,
  '8h': 3,
  '1d': 1,
};

export const benchInstrument = (index: number): string => `bench:usdm:COIN${index}${quoteOf(index)}`;
export const quoteOf = (index: number): string => (index % 5 === 0 ? 'USDC' : 'USDT');

/** Of a day, in the quote currency. */
const USUAL_VOLUME = 80_000_000;

type Random = () => number;

const pick = <Item>(random: Random, items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
const decimal = (value: number): string => value.toFixed(2);

/** `least` to `most`: so many times what is usual. */
function threshold(random: Random, least: number, most: number): string {
  const window = pick(random, windows);
  const change = (usualChanges[window] as number) * (least + random() * (most - least));
  const kind = random();
  if (kind < 0.35) return `change_${window} > ${decimal(change)}`;
  if (kind < 0.7) return `change_${window} < ${decimal(-change)}`;
  if (kind < 0.78) {
    const usual = USUAL_VOLUME / (partsOfDay[window] as number);
    return `volume_${window} > ${decimal((1 + least + random() * (most - least)) * usual)}`;
  }
  if (kind < 0.85) {
    const times = 1 + least + random() * (most - least);
    return `volume_${window} > ${decimal(times)} * (volume_1d / ${decimal(partsOfDay[window] as number)})`;
  }
  const interval = pick(random, ['5m', '15m', '1h']);
  const far = 5 * (least + random() * (most - least));
  return random() < 0.5 ? `rsi_${interval} < ${decimal(50 - far)}` : `rsi_${interval} > ${decimal(50 + far)}`;
}

function condition(random: Random): string {
  const kind = random();
  if (kind < 0.2) return threshold(random, 5, 12);
  if (kind < 0.3) return `${threshold(random, 5, 12)} || ${threshold(random, 5, 12)}`;
  if (kind < 0.4) {
    const [count, side] = [3 + Math.floor(random() * 8), pick(random, ['>', '<'])];
    return `candles.last(${count}).all(c, c.close ${side} c.open && c.volume > ${decimal(1.5 + 3 * random())} * (volume_1h / 60.0))`;
  }
  if (kind < 0.5) {
    const [level, up] = [decimal(1 + random() * 1_000), random() < 0.5];
    return `previous.price ${up ? '<' : '>'} ${level} && price ${up ? '>=' : '<='} ${level}`;
  }
  const terms = Array.from({ length: 2 + Math.floor(random() * 4) }, () => threshold(random, 1.5, 5));
  return terms.join(' && ');
}

const everything: RuleUniverse = { quotes: [], topByVolume: null, watchlist: null, symbols: [], exclude: [] };

function universe(random: Random, instruments: number): RuleUniverse | null {
  const kind = random();
  if (kind < 0.5) return null;
  if (kind < 0.65) return { ...everything, quotes: [pick(random, ['USDT', 'USDC'])] };
  if (kind < 0.8) return { ...everything, topByVolume: pick(random, [10, 20, 50, 100]) };
  const some = Array.from({ length: 1 + Math.floor(random() * 8) }, () =>
    benchInstrument(Math.floor(random() * instruments)),
  );
  return kind < 0.95 ? { ...everything, symbols: some } : { ...everything, exclude: some };
}

/** Of a preset with other numbers, as most people begin. */
function ofPreset(random: Random): Pick<RuleDefinition, 'condition' | 'parameters' | 'timeframe'> {
  const { condition: text, parameters, timeframe } = pick(random, presetRules);
  // Many leave them as they are.
  if (random() < 0.5) return { condition: text, parameters, timeframe };
  const changed = Object.entries(parameters).map(([name, value]) => [name, value * (1 + random())] as const);
  return { condition: text, parameters: Object.fromEntries(changed), timeframe };
}

export function userRules(count: number, instruments: number): readonly RuleDefinition[] {
  const random = numbersFrom(2_026);
  return Array.from({ length: count }, (_, index): RuleDefinition => {
    const isPreset = random() < 0.1;
    const what = isPreset ? ofPreset(random) : { condition: condition(random), parameters: {}, timeframe: '1h' };
    return {
      ...what,
      ...{ rule: `user_${index}`, version: 1, owner: `user-${index % 2_000}`, title: `Rule ${index}`, text: '' },
      universe: universe(random, instruments),
      cooldownMs: pick(random, [300_000, 900_000, 3_600_000]),
      forMinutes: random() < 0.1 ? 3 : 0,
    };
  });
}
