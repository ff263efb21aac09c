/** Every version of every rule that was saved, and of each the one that counts. */
import { reasonOf } from '@screener/errors';
import { type CompiledRule, compileRule } from '../compile-rule.ts';
import { type ConditionNames, conditionNames } from '../condition-names.ts';
import { compileMessage, type MessageTemplate } from '../message-template.ts';
import { isPriceLevel, type PriceLevel, type RuleDefinition } from '../rule.ts';
import { compileTrigger, type RuleTrigger } from '../rule-trigger.ts';
import { type UniverseClass, Universes } from './universes.ts';

/** A version of a rule, ready. */
export interface ReadyRule {
  readonly definition: RuleDefinition;
  readonly compiled: CompiledRule;
  readonly trigger: RuleTrigger;
  readonly message: MessageTemplate;
  readonly universe: UniverseClass;
  /** undefined: a rule of its condition alone. */
  readonly level: PriceLevel | undefined;
}

/** What of a rule does not depend on who evaluates it: may be shared. */
export type PreparedRule = Omit<ReadyRule, 'universe'>;
export type PrepareRule = (rule: RuleDefinition) => PreparedRule;

export type RuleStatus = 'active' | 'disabled' | 'unusable' | 'failed';

export interface RuleState {
  readonly definition: RuleDefinition;
  readonly status: RuleStatus;
  /** Why it rests, where nobody asked it to. */
  readonly reason: string | undefined;
}

/** Throws RULE_INVALID or RULE_CONDITION_INVALID. */
export function prepareRule(definition: RuleDefinition, names: ConditionNames = conditionNames): PreparedRule {
  const compiled = compileRule(definition, names);
  const message = compileMessage(definition, names);
  return {
    definition,
    compiled,
    trigger: compileTrigger(definition),
    message: 'render' in message ? message : { names: [], render: ({ rule }) => rule.title },
    level: isPriceLevel(definition) ? definition.priceLevel : undefined,
  };
}

/** Compiled once for all who evaluate the same rules. The newest are kept. */
export function sharedPreparation(names: ConditionNames = conditionNames, most = 50_000): PrepareRule {
  const known = new Map<string, PreparedRule>();
  return (definition) => {
    const key = JSON.stringify(definition);
    let prepared = known.get(key);
    if (prepared === undefined) {
      prepared = prepareRule(definition, names);
      if (known.size >= most) known.clear();
      known.set(key, prepared);
    }
    return prepared;
  };
}

interface KnownRule {
  readonly newest: RuleDefinition;
  readonly ready: ReadyRule | undefined;
  readonly status: RuleStatus;
  readonly reason: string | undefined;
}

export class RuleBook {
  /** Moves with every rule that is saved. */
  generation = 0;
  /** Ids of rules of which another version may count since somebody cleared it. */
  readonly changed = new Set<string>();
  readonly #prepare: PrepareRule;
  readonly universes = new Universes();
  readonly #rules = new Map<string, KnownRule>();
  /** Versions that do not count any more, for alerts that they fired. */
  readonly #former = new Map<string, RuleDefinition>();

  constructor(prepare: PrepareRule = prepareRule) {
    this.#prepare = prepare;
  }

  /** Of two saves with one version the first counts. */
  save(definition: RuleDefinition): RuleState | undefined {
    const known = this.#rules.get(definition.rule);
    if (known !== undefined && definition.version <= known.newest.version) {
      if (definition.version < known.newest.version) this.#keep(definition);
      return undefined;
    }
    if (known !== undefined) this.#keep(known.newest);
    this.generation += 1;
    let entry: KnownRule;
    if (definition.enabled === false)
      entry = { newest: definition, ready: undefined, status: 'disabled', reason: undefined };
    else {
      try {
        entry = { newest: definition, ready: this.#ready(definition), status: 'active', reason: undefined };
      } catch (cause) {
        // Checked when it was saved; if it is wrong all the same, only this rule rests and all others go on.
        entry = { newest: definition, ready: undefined, status: 'unusable', reason: reasonOf(cause) };
      }
    }
    this.#rules.set(definition.rule, entry);
    this.changed.add(definition.rule);
    return stateOf(entry);
  }

  /** It failed on numbers: this version rests. */
  fail(rule: string, reason: string): void {
    const known = this.#rules.get(rule);
    if (known === undefined || known.status !== 'active') return;
    this.generation += 1;
    this.#rules.set(rule, { ...known, ready: undefined, status: 'failed', reason });
    this.changed.add(rule);
  }

  /** The version that is in force; undefined: none is. */
  active(rule: string): ReadyRule | undefined {
    return this.#rules.get(rule)?.ready;
  }

  state(rule: string): RuleState | undefined {
    const known = this.#rules.get(rule);
    return known && stateOf(known);
  }

  states(): readonly RuleState[] {
    return [...this.#rules.values()].map(stateOf);
  }

  /** A version that fired once; undefined: it is not known, or cannot be used any more. */
  version(rule: string, version: number): ReadyRule | undefined {
    const known = this.#rules.get(rule);
    if (known?.ready !== undefined && known.newest.version === version) return known.ready;
    const definition = known?.newest.version === version ? known.newest : this.#former.get(versionKey(rule, version));
    if (definition === undefined) return undefined;
    try {
      return this.#ready(definition);
    } catch {
      return undefined;
    }
  }

  #keep(definition: RuleDefinition): void {
    const key = versionKey(definition.rule, definition.version);
    if (!this.#former.has(key)) this.#former.set(key, definition);
  }

  #ready(definition: RuleDefinition): ReadyRule {
    return { ...this.#prepare(definition), universe: this.universes.of(definition) };
  }
}

const versionKey = (rule: string, version: number): string => `${rule}/${version}`;
const stateOf = ({ newest, status, reason }: KnownRule): RuleState => ({ definition: newest, status, reason });
