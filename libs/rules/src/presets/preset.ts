/** How a preset is written down: terms that must all hold, and each of its numbers as a parameter with a range. */
import { COOLDOWN_MS_DEFAULT, type ParameterRange, PRESET_OWNER, type RuleDefinition } from '../rule.ts';

/** A rule that we ship. */
export interface Preset extends RuleDefinition {
  /** Its id in the vectors of the reference screener, which has not all of them. */
  readonly vectorId?: string;
}

export type Parameter = Omit<ParameterRange, 'name'> & { readonly value: number };

interface PresetText extends Pick<Preset, 'rule' | 'vectorId' | 'title' | 'text' | 'timeframe'> {
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** Terms that must all hold. Their form is part of the meaning: a division is not the same double as a multiplication. */
  readonly all: readonly string[];
  readonly cooldownMs?: number;
}

export function preset({ parameters, all, cooldownMs = COOLDOWN_MS_DEFAULT, ...rest }: PresetText): Preset {
  const entries = Object.entries(parameters);
  return {
    ...rest,
    version: 1,
    owner: PRESET_OWNER,
    condition: all.join(' && '),
    parameters: Object.fromEntries(entries.map(([name, { value }]) => [name, value])),
    ranges: entries.map(([name, { value: _, ...range }]) => ({ name, ...range })),
    cooldownMs,
    enabled: true,
    message: `{{symbol}} {{title}}: {{price}}, {{change}} % in {{timeframe}}, volume × {{volume_increase}}`,
  };
}

/** A change in percent. */
export const change = (value: number, text: string): Parameter => {
  return { value, min: -100, max: 1_000, step: 0.1, unit: '%', text };
};
/** A quote volume. */
export const worth = (value: number, text: string): Parameter => {
  return { value, min: 0, max: 1e12, step: 1_000, unit: 'quote', text };
};
/** How many times something is something else, or how manieth part. */
export const times = (value: number, text: string): Parameter => {
  return { value, min: 0.01, max: 10_000, step: 0.1, unit: '×', text };
};
/** A part of a whole, 0 to 1. */
export const share = (value: number, text: string): Parameter => {
  return { value, min: 0, max: 1, step: 0.001, unit: '', text };
};
/** A value of an indicator from 0 to 100. */
export const level = (value: number, text: string): Parameter => {
  return { value, min: 0, max: 100, step: 1, unit: '', text };
};
