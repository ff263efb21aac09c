/** Conditions of right types from a seed. */
import { aggregates, numberFunctions, textTests } from '../condition-functions.ts';
import type { SeededRandom } from './seeded-random.ts';

interface Scope {
  readonly candles: readonly string[];
  readonly numbers: readonly string[];
}

export const randomNames = [
  'price',
  'change_1h',
  'volume_5m',
  'rsi_1h',
  'previous.price',
  'previous.rsi_1h',
  'market.breadth',
  'rank.volume_1d',
  'btc.change_1h',
  'eth.price',
] as const;

const fields = ['open', 'high', 'low', 'close', 'volume', 'quote_volume', 'base_volume', 'trades'];
const texts = ['instrument.symbol', 'instrument.exchange', 'instrument.market', 'instrument.quote'];
const literals = ['"BTC"', "'USDT'", '"BTCUSDT"', '"a\\"b"', '""'];

export class RandomConditions {
  readonly #random: SeededRandom;
  #variables = 0;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  condition(depth: number): string {
    return this.#bool(depth, { candles: [], numbers: [] });
  }

  #bool(depth: number, scope: Scope): string {
    const random = this.#random;
    const inner = depth - 1;
    if (depth <= 0) return this.#comparison(0, scope);
    switch (random.below(14)) {
      case 0:
        return `!(${this.#bool(inner, scope)})`;
      case 1:
      case 2:
        return `(${this.#bool(inner, scope)} && ${this.#bool(inner, scope)})`;
      case 3:
      case 4:
        return `(${this.#bool(inner, scope)} || ${this.#bool(inner, scope)})`;
      case 5:
        return `(${this.#bool(inner, scope)} ? ${this.#bool(inner, scope)} : ${this.#bool(inner, scope)})`;
      case 6:
        return `(${this.#bool(inner, scope)} ${random.pick(['==', '!='])} ${this.#bool(inner, scope)})`;
      case 7:
        return this.#textCondition();
      case 8:
        return `(${this.#number(inner, scope)} in ${this.#numbers(inner, scope)})`;
      case 9:
      case 10:
        return this.#quantifier(inner, scope);
      case 11:
        return `has(${random.pick(randomNames.filter((name) => name.includes('.')))})`;
      default:
        return this.#comparison(inner, scope);
    }
  }

  #comparison(depth: number, scope: Scope): string {
    const operator = this.#random.pick(['<', '<=', '>', '>=', '==', '!=']);
    return `(${this.#number(depth, scope)} ${operator} ${this.#number(depth, scope)})`;
  }

  #textCondition(): string {
    const random = this.#random;
    const text = random.pick(texts);
    if (random.chance(0.3)) return `(${text} in [${random.pick(literals)}, ${random.pick([...literals, ...texts])}])`;
    if (random.chance(0.5)) return `(${text} ${random.pick(['==', '!='])} ${random.pick([...literals, ...texts])})`;
    return `${text}.${random.pick(textTests).name}(${random.pick(literals)})`;
  }

  #quantifier(depth: number, scope: Scope): string {
    const element = this.#random.chance(0.7) ? 'candles' : 'numbers';
    const list = this.#list(element, depth, scope);
    const { variable, inside } = this.#loop(element, scope);
    const name = this.#random.pick(['all', 'exists', 'exists_one']);
    return `${list}.${name}(${variable}, ${this.#bool(depth, inside)})`;
  }

  #loop(element: keyof Scope, scope: Scope): { variable: string; inside: Scope } {
    // One that hides a metric now and then.
    const variable =
      this.#random.chance(0.1) && !scope.numbers.includes('price') && !scope.candles.includes('price')
        ? 'price'
        : `v${this.#variables++}`;
    return { variable, inside: { ...scope, [element]: [...scope[element], variable] } };
  }

  #list(element: keyof Scope, depth: number, scope: Scope): string {
    return element === 'candles' ? this.#candles(depth, scope) : this.#numbers(depth, scope);
  }

  #candles(depth: number, scope: Scope): string {
    const last = `candles.last(${`${1 + this.#random.below(5)}`})`;
    if (depth <= 0 || this.#random.chance(0.7)) return last;
    const { variable, inside } = this.#loop('candles', scope);
    return `${last}.filter(${variable}, ${this.#bool(depth - 1, inside)})`;
  }

  #numbers(depth: number, scope: Scope): string {
    const random = this.#random;
    if (depth > 0 && random.chance(0.5)) {
      const element = random.chance(0.7) ? 'candles' : 'numbers';
      const list = this.#list(element, element === 'candles' ? depth - 1 : 0, scope);
      const { variable, inside } = this.#loop(element, scope);
      return `${list}.map(${variable}, ${this.#number(depth - 1, inside)})`;
    }
    return `[${this.#number(depth - 1, scope)}, ${this.#number(depth - 1, scope)}, ${this.#literal()}]`;
  }

  #literal(): string {
    const whole = `${this.#random.below(4)}`;
    return this.#random.chance(0.5) ? whole : `${whole}.5`;
  }

  #leaf({ candles, numbers }: Scope): string {
    const random = this.#random;
    if (candles.length > 0 && random.chance(0.4)) return `${random.pick(candles)}.${random.pick(fields)}`;
    if (numbers.length > 0 && random.chance(0.4)) return `${random.pick(numbers)}`;
    if (random.chance(0.4)) return this.#literal();
    const hidden = candles.includes('price') || numbers.includes('price');
    return `${random.pick(hidden ? randomNames.slice(1) : randomNames)}`;
  }

  #number(depth: number, scope: Scope): string {
    const random = this.#random;
    const inner = depth - 1;
    if (depth <= 0) return this.#leaf(scope);
    switch (random.below(10)) {
      case 0:
        return `(-${this.#number(inner, scope)})`;
      case 1:
      case 2:
      case 3:
        return `(${this.#number(inner, scope)} ${random.pick(['+', '-', '*', '/'])} ${this.#number(inner, scope)})`;
      case 4: {
        const { name, least, most } = random.pick(numberFunctions);
        const count = least + random.below(Math.min(most, least + 2) - least + 1);
        const args = Array.from({ length: count }, () => this.#number(inner, scope));
        return `${name}(${args.join(', ')})`;
      }
      case 5:
        return `${this.#numbers(inner, scope)}.${random.pick(aggregates).name}()`;
      case 6: {
        const list = this.#list(random.pick(['candles', 'numbers']), inner, scope);
        return `${list}.size()`;
      }
      case 7:
        return `candles.last(3)[${`${random.below(3)}`}].${random.pick(fields)}`;
      case 8:
        return `(${this.#bool(inner, scope)} ? ${this.#number(inner, scope)} : ${this.#number(inner, scope)})`;
      default:
        return this.#leaf(scope);
    }
  }
}
