import { presetRules } from './presets.ts';
import type { RuleDefinition } from './rule.ts';

/** Presets that a log has never had, as they are seeded: edited and disabled ones stay as people left them. */
export const missingPresets = (knownIds: ReadonlySet<string>): readonly RuleDefinition[] =>
  presetRules.filter(({ rule }) => !knownIds.has(rule));

/**
 * What has to be saved so that these presets are as they were shipped: a new version of each that is different, nothing for
 * the others. `newest`: the highest version of each rule by its id. `ids`: default all.
 */
export function restoredPresets(
  newest: ReadonlyMap<string, RuleDefinition>,
  ids?: ReadonlySet<string>,
): readonly RuleDefinition[] {
  return presetRules
    .filter(({ rule }) => ids === undefined || ids.has(rule))
    .flatMap((shipped) => {
      const known = newest.get(shipped.rule);
      if (known === undefined) return [shipped];
      return sameRule(known, shipped) ? [] : [{ ...shipped, version: known.version + 1 }];
    });
}

/** Whether two versions say the same, however their defaults are written. */
export const sameRule = (one: RuleDefinition, other: RuleDefinition): boolean => contentsOf(one) === contentsOf(other);

function contentsOf(rule: RuleDefinition): string {
  const { version: _, ...contents } = rule;
  const written = {
    ...contents,
    enabled: rule.enabled ?? true,
    ranges: rule.ranges ?? [],
    universe: rule.universe ?? null,
    mode: rule.mode ?? 'close',
    frequency: rule.frequency ?? 'every_time',
    forMinutes: rule.forMinutes ?? 0,
    schedule: rule.schedule ?? null,
    severity: rule.severity ?? 'info',
    message: rule.message ?? '',
    priceLevel: rule.priceLevel ?? null,
    arming: rule.arming ?? 0,
  } satisfies Required<Omit<RuleDefinition, 'version'>>;
  return JSON.stringify(written, (_key, value: unknown) => (isPlain(value) ? sorted(value) : value));
}

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const sorted = (value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
