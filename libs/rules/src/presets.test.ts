/** The presets fire on exactly the vectors that others say: the committed fixture always, the reference's where it lies beside the repository. */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { InstrumentState } from '@screener/market';
import { describe, expect, it } from 'vitest';
import { assertRule } from './check-rule.ts';
import { compileRule } from './compile-rule.ts';
import { createEvaluationInput, inputOfLookup } from './evaluation-input.ts';
import { presetRules, presets } from './presets.ts';

const shared = new URL('../../../../shared/data/', import.meta.url);
const hasShared = existsSync(shared);
if (!hasShared) console.warn('SKIPPED: vectors of the reference screener, no ../shared/data beside the repository');

/** Those that the reference screener has. */
const compiled = presets.flatMap(({ vectorId, ...preset }) =>
  vectorId === undefined ? [] : [{ id: preset.rule, vectorId, ...compileRule(preset) }],
);

interface Vector {
  readonly m: Readonly<Record<string, number | string | null>>;
  readonly rules: readonly string[];
}

const readLines = <T>(file: URL): T[] => {
  const bytes = readFileSync(file);
  const text = file.pathname.endsWith('.gz') ? gunzipSync(bytes).toString() : bytes.toString();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
};

const fired = (vector: Vector, id: 'id' | 'vectorId'): string[] => {
  const lookup = (name: string): number | undefined => {
    const value = vector.m[name];
    return value === undefined ? undefined : Number(value);
  };
  const input = inputOfLookup(lookup);
  return compiled
    .filter((rule) => rule.evaluate(input) === true)
    .map((rule) => rule[id])
    .sort();
};

describe('presets', () => {
  it('have ids of their own, ten of them one of the reference screener, and are in order', () => {
    expect(new Set(presets.map((preset) => preset.rule)).size).toBe(presets.length);
    expect(new Set(compiled.map(({ vectorId }) => vectorId)).size).toBe(10);
    const bull = compiled.find((rule) => rule.id === 'big_bull_60m');
    expect(bull?.names).toEqual(['change_1h', 'change_1d', 'change_8h', 'volume_1h', 'volume_8h', 'volume_1d']);
    for (const preset of presetRules) {
      expect(() => [assertRule(preset), compileRule(preset)], preset.rule).not.toThrow();
      expect(Object.keys(preset)).not.toContain('vectorId');
    }
  });

  it('name each number as a parameter, with a range and words for a form', () => {
    for (const preset of presets) {
      const used = new Set([...preset.condition.matchAll(/params\.(\w+)/g)].map(([, name]) => name));
      expect([...used].sort(), preset.rule).toEqual(Object.keys(preset.parameters).sort());
      expect(preset.ranges?.map(({ name }) => name).sort(), preset.rule).toEqual([...used].sort());
      // What is left are the lengths of windows, as parts of a day or an hour, and of lists of candles.
      const bare = preset.condition.replaceAll(/last\((3|10)\)|\/ (24|96|288|60)\b|\w*[a-z]\w*/g, '');
      expect(bare, preset.rule).not.toMatch(/\d/);
    }
  });

  it('are all those of the roadmap', () => {
    expect(presets.map(({ rule }) => rule).sort()).toEqual(
      [
        ...['big_bull_60m', 'big_bear_60m', 'pioneer_bull', 'pioneer_bear', 'big_bull_5m', 'big_bear_5m'],
        ...['big_bull_15m', 'big_bear_15m', 'bottom_hunter', 'top_hunter', 'bull_whale', 'bear_whale'],
        ...['bull_volume', 'bear_volume', 'flat_1m', 'flat_8h', 'pump_radar', 'dump_radar', 'volatility'],
        ...['quiet_whale', 'bottom_hunter_rsi', 'top_hunter_rsi', 'rsi_oversold', 'rsi_overbought'],
        ...['big_bull_60m_classic', 'big_bear_60m_classic', 'pioneer_bull_classic', 'pioneer_bear_classic'],
      ].sort(),
    );
  });

  it('fire on exactly the vectors of the fixture', () => {
    const vectors = readLines<Vector>(new URL('../fixtures/vectors.jsonl', import.meta.url));
    for (const vector of vectors) expect(fired(vector, 'id'), JSON.stringify(vector.m)).toEqual(vector.rules);
    expect(new Set(vectors.flatMap((vector) => vector.rules)).size).toBe(10);
  });

  it('do not fire while a window is absent', () => {
    const vectors = readLines<Vector>(new URL('../fixtures/vectors.jsonl', import.meta.url));
    const vector = vectors.find(({ rules }) => rules.includes('big_bull_60m')) as Vector;
    const { volume_1d: _, ...rest } = vector.m;
    expect(fired({ m: rest, rules: [] }, 'id')).not.toContain('big_bull_60m');
    const rule = compiled.find(({ id }) => id === 'big_bull_60m');
    const input = inputOfLookup((name) => rest[name] as number | undefined);
    expect(rule?.evaluate(input)).toBeUndefined();
  });
});

describe.runIf(hasShared)('the reference screener', () => {
  it('fires the same rules on each of its 2,000 vectors', () => {
    const vectors = readLines<Vector>(new URL('predecessor-rules.jsonl.gz', shared));
    expect(vectors).toHaveLength(2_000);
    for (const vector of vectors) expect(fired(vector, 'vectorId'), JSON.stringify(vector)).toEqual(vector.rules);
  });

  interface AlertFile {
    readonly file: string;
    readonly first_open_time: number;
    readonly alerts_true_windows: readonly (readonly [number, readonly string[]])[];
  }
  const files = hasShared ? readLines<AlertFile>(new URL('predecessor-alerts.jsonl.gz', shared)) : [];

  it.each(files)(
    'has its alerts in the same minutes of $file',
    ({ file, first_open_time, alerts_true_windows }) => {
      const fullFrom = first_open_time + 1_439 * 60_000;
      const state = new InstrumentState({ windows: [5, 15, 60, 480, 1_440], indicators: [], statistics: false });
      const minutes = createEvaluationInput({ instrument: 'test:spot:A', changeBasis: 'oldest-close' });
      const found: [number, string[]][] = [];
      const text = gunzipSync(readFileSync(new URL(`candles/${file}`, shared))).toString();
      for (const line of text.trimEnd().split('\n').slice(1)) {
        const field = line.split(',').map(Number);
        const at = (index: number): number => field[index] ?? Number.NaN;
        const metrics = state.add({
          openTime: at(0),
          open: at(1),
          high: at(2),
          low: at(3),
          close: at(4),
          volume: at(5),
          quoteVolume: at(7),
          trades: at(8),
          takerBuyVolume: at(9),
          takerBuyQuoteVolume: at(10),
        });
        if (metrics.outcome === 'refused') throw new Error(metrics.text);
        if (metrics.openTime < fullFrom) continue;
        minutes.closed(metrics.openTime, metrics, undefined);
        const rules = compiled.filter((rule) => rule.evaluate(minutes.input) === true).map((rule) => rule.vectorId);
        if (rules.length > 0) found.push([metrics.openTime, rules.sort()]);
      }
      const expected = alerts_true_windows.filter(([openTime]) => openTime >= fullFrom);
      expect(found).toEqual(expected);
      expect(expected.length).toBeGreaterThan(0);
    },
    30_000,
  );
});
