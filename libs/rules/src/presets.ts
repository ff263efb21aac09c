import { bigMoves } from './presets/big-moves.ts';
import { classics } from './presets/classics.ts';
import type { Preset } from './presets/preset.ts';
import { turns } from './presets/turns.ts';
import { volumeAndQuiet } from './presets/volume-and-quiet.ts';
import type { RuleDefinition } from './rule.ts';

export type { Preset } from './presets/preset.ts';

/** Every rule that we ship. docs/presets.md shows them. */
export const presets: readonly Preset[] = [...bigMoves, ...turns, ...volumeAndQuiet, ...classics];

/** The same as plain rules, to seed the topic with. */
export const presetRules: readonly RuleDefinition[] = presets.map(({ vectorId: _, ...rule }) => rule);
