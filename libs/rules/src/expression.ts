/**
 * A condition after it was read and checked: every part has a type, every name its place, whole numbers are doubles and
 * parameters are constants. Evaluation, explanation, canonical key, thresholds and cost are all made from this one form.
 */

/** Part of the text that an expression was written as: characters from `start` up to `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type ArithmeticOperator = '+' | '-' | '*' | '/';
export type ComparisonOperator = '<' | '<=' | '>' | '>=';

interface Loop {
  readonly list: ListExpression;
  /** Where the element stands while the body is evaluated. */
  readonly register: number;
}

export type NumberExpression = { readonly type: 'number'; readonly at: Span } & (
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'name'; readonly name: string; readonly slot: number }
  | { readonly kind: 'element'; readonly register: number }
  | { readonly kind: 'field'; readonly candle: CandleExpression; readonly field: number }
  | { readonly kind: 'negate'; readonly of: NumberExpression }
  | {
      readonly kind: 'arithmetic';
      readonly operator: ArithmeticOperator;
      readonly left: NumberExpression;
      readonly right: NumberExpression;
    }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly NumberExpression[] }
  | { readonly kind: 'aggregate'; readonly name: string; readonly list: ListExpression }
  | Choice<NumberExpression>
);

export type BoolExpression = { readonly type: 'bool'; readonly at: Span } & (
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'not'; readonly of: BoolExpression }
  /** Two terms or more; nested ones of the same kind are merged, which changes nothing of their meaning. */
  | { readonly kind: 'and' | 'or'; readonly terms: readonly BoolExpression[] }
  | {
      readonly kind: 'compare';
      readonly operator: ComparisonOperator;
      readonly left: NumberExpression;
      readonly right: NumberExpression;
    }
  | {
      readonly kind: 'equal';
      readonly equal: boolean;
      readonly left: ScalarExpression;
      readonly right: ScalarExpression;
    }
  | { readonly kind: 'in'; readonly value: ScalarExpression; readonly list: ListExpression }
  | { readonly kind: 'text'; readonly name: string; readonly of: TextExpression; readonly argument: TextExpression }
  | ({ readonly kind: 'quantifier'; readonly name: QuantifierName; readonly body: BoolExpression } & Loop)
  | { readonly kind: 'present'; readonly slot: number; readonly name: string }
  | Choice<BoolExpression>
);

export type TextExpression = { readonly type: 'text'; readonly at: Span } & (
  | { readonly kind: 'constant'; readonly value: string }
  | { readonly kind: 'instrument'; readonly place: number; readonly name: string }
  | Choice<TextExpression>
);

/** `element`: type of what it holds; `most`: it never holds more elements. */
export type ListExpression = {
  readonly type: 'list';
  readonly at: Span;
  readonly element: ElementType;
  readonly most: number;
} & (
  | { readonly kind: 'literal'; readonly items: readonly ScalarExpression[] }
  | { readonly kind: 'last'; readonly count: number }
  | ({ readonly kind: 'filter'; readonly body: BoolExpression } & Loop)
  | ({ readonly kind: 'map'; readonly body: NumberExpression } & Loop)
);

export type CandleExpression = { readonly type: 'candle'; readonly at: Span } & (
  | { readonly kind: 'element'; readonly register: number }
  | { readonly kind: 'index'; readonly list: ListExpression; readonly index: number }
);

interface Choice<Of> {
  readonly kind: 'choose';
  readonly test: BoolExpression;
  readonly yes: Of;
  readonly no: Of;
}

export type QuantifierName = 'all' | 'exists' | 'exists_one';
export type ElementType = 'number' | 'text' | 'candle';
export type ScalarExpression = NumberExpression | BoolExpression | TextExpression;
export type Expression = ScalarExpression | ListExpression | CandleExpression;

/** What it is made of, in the order in which it is written. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'constant':
    case 'name':
    case 'instrument':
    case 'element':
    case 'last':
    case 'present':
      return [];
    case 'negate':
    case 'not':
      return [expression.of];
    case 'arithmetic':
    case 'compare':
    case 'equal':
      return [expression.left, expression.right];
    case 'and':
    case 'or':
      return expression.terms;
    case 'call':
      return expression.args;
    case 'literal':
      return expression.items;
    case 'choose':
      return [expression.test, expression.yes, expression.no];
    case 'text':
      return [expression.of, expression.argument];
    case 'in':
      return [expression.value, expression.list];
    case 'field':
      return [expression.candle];
    case 'index':
    case 'aggregate':
      return [expression.list];
    case 'quantifier':
    case 'filter':
    case 'map':
      return [expression.list, expression.body];
  }
}

export function visitExpressions(expression: Expression, visit: (expression: Expression) => void): void {
  visit(expression);
  for (const part of partsOf(expression)) visitExpressions(part, visit);
}

/** Steps that one evaluation takes at most: one per part, the body of a loop once per element. */
export function costOf(expression: Expression): number {
  if (expression.kind === 'quantifier' || expression.kind === 'filter' || expression.kind === 'map') {
    return 1 + costOf(expression.list) + expression.list.most * costOf(expression.body);
  }
  const own = expression.kind === 'last' || expression.kind === 'aggregate' ? elementsOf(expression) : 1;
  return partsOf(expression).reduce((sum, part) => sum + costOf(part), own);
}

const elementsOf = (expression: Extract<Expression, { kind: 'last' | 'aggregate' }>): number =>
  1 + (expression.kind === 'last' ? expression.most : expression.list.most);
