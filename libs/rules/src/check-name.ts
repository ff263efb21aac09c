/** Names of a condition: metrics, dotted names, parameters, variables of loops, elements of lists. */
import type { ASTNode } from '@marcbachmann/cel-js';
import { candleFields } from './candle-history.ts';
import { type CheckContext, checkExpression, describe, expectList, mistake, spanOf } from './check-condition.ts';
import type { ConditionMistake } from './condition-mistake.ts';
import { instrumentTexts } from './condition-names.ts';
import type { CandleExpression, Expression, NumberExpression } from './expression.ts';
import { nearestName } from './nearest-name.ts';

export const CANDLES = 'candles';
const PARAMETERS = 'params';

/** What stands before a dot without being a number itself, with an example. */
const prefixes: Readonly<Record<string, string>> = {
  [CANDLES]: 'candles.last(3)',
  [PARAMETERS]: 'params.x for a parameter',
  previous: 'a number of the minute before such as previous.price',
  market: 'a number of the market such as market.breadth',
  rank: 'a rank such as rank.volume_1d',
  btc: 'a number of Bitcoin such as btc.change_1h',
  eth: 'a number of Ether such as eth.change_1h',
  instrument: 'a text such as instrument.symbol',
};

export function checkIdentifier(node: ASTNode, name: string, context: CheckContext): Expression {
  const at = spanOf(node);
  const loop = context.loops.get(name);
  if (loop?.element === 'candle') return { type: 'candle', kind: 'element', at, register: loop.register };
  if (loop !== undefined) return { type: 'number', kind: 'element', at, register: loop.register };
  const metric = context.names.find(name);
  if (metric !== undefined) return { type: 'number', kind: 'name', at, name, slot: metric.slot };
  const prefix = Object.hasOwn(prefixes, name) ? prefixes[name] : undefined;
  if (prefix !== undefined) throw mistake(node, `'${name}' alone is no number`, prefix);
  throw unknownName(node, name, context);
}

export function checkMember(node: Extract<ASTNode, { op: '.' }>, context: CheckContext): Expression {
  const [owner, name] = node.args;
  if (owner.op === 'id' && !context.loops.has(owner.args)) return dottedName(node, owner.args, name, context);
  const candle = checkExpression(owner, context);
  if (candle.type === 'candle') return candleField(node, candle, name);
  throw mistake(node, `${describe(owner)} has no '${name}'`, 'a candle, or a name such as market.breadth');
}

function dottedName(node: ASTNode, owner: string, name: string, context: CheckContext): Expression {
  const at = spanOf(node);
  if (owner === PARAMETERS) return parameter(node, name, context);
  const full = `${owner}.${name}`;
  const number = context.names.find(full);
  if (number !== undefined) return { type: 'number', kind: 'name', at, name: full, slot: number.slot };
  const place = instrumentTexts.findIndex((text) => text.name === full);
  if (place >= 0) return { type: 'text', kind: 'instrument', at, place, name: full };
  throw unknownName(node, full, context);
}

function candleField(node: ASTNode, candle: CandleExpression, name: string): NumberExpression {
  const field = candleFields.find((candidate) => candidate.name === name);
  if (field !== undefined) return { type: 'number', kind: 'field', at: spanOf(node), candle, field: field.place };
  const all = candleFields.map((candidate) => candidate.name);
  throw mistake({ start: node.pos }, `a candle has no '${name}'`, nearestName(name, all) ?? `one of ${all.join(', ')}`);
}

function parameter(node: ASTNode, name: string, { parameters }: CheckContext): NumberExpression {
  const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  if (value !== undefined) return { type: 'number', kind: 'constant', at: spanOf(node), value };
  const all = Object.keys(parameters);
  const near = nearestName(name, all);
  const known = all.length > 0 ? `one of ${all.join(', ')}` : 'no parameter';
  throw mistake(node, `unknown parameter 'params.${name}'`, near === undefined ? known : `params.${near}`);
}

function unknownName(node: ASTNode, name: string, context: CheckContext): ConditionMistake {
  const known = knownNames(context);
  const reason = `unknown name '${name}'`;
  const [group = '', field] = name.split('.');
  if (field === undefined || !Object.hasOwn(prefixes, group)) {
    return mistake(node, reason, nearestName(name, known) ?? 'a metric name such as change_1h');
  }
  const fields = known.filter((other) => other.startsWith(`${group}.`)).map((other) => other.slice(group.length + 1));
  const near = nearestName(field, fields);
  return mistake(node, reason, near === undefined ? (prefixes[group] ?? '') : `${group}.${near}`);
}

const knownNames = ({ names, parameters, loops }: CheckContext): readonly string[] => [
  ...loops.keys(),
  ...names.numbers.map((number) => number.name),
  ...instrumentTexts.map((text) => text.name),
  ...Object.keys(parameters).map((parameterName) => `${PARAMETERS}.${parameterName}`),
];

/** `list[0]`: the oldest candle of a list of candles. */
export function checkIndex(node: Extract<ASTNode, { op: '[]' }>, context: CheckContext): CandleExpression {
  const [listNode, indexNode] = node.args;
  const list = expectList(listNode, context, "'['");
  if (list.element !== 'candle') throw mistake(listNode, 'an element of a list without candles', 'candles.last(3)[0]');
  const index = indexNode.op === 'value' ? Number(indexNode.args) : Number.NaN;
  if (
    !Number.isInteger(index) ||
    index < 0 ||
    index >= list.most ||
    typeof (indexNode as { args: unknown }).args !== 'bigint'
  ) {
    throw mistake(
      indexNode,
      `${describe(indexNode)} is not the place of an element`,
      `a whole number from 0 to ${list.most - 1}`,
    );
  }
  return { type: 'candle', kind: 'index', at: spanOf(node), list, index };
}
