/** Any value that a schema allows, for property tests. */
import fc from 'fast-check';

type Schema = string | readonly Schema[] | SchemaObject;
interface SchemaObject {
  readonly type: Schema;
  readonly name?: string;
  readonly symbols?: readonly string[];
  readonly fields?: readonly { readonly name: string; readonly type: Schema; readonly default?: unknown }[];
  readonly items?: Schema;
  readonly values?: Schema;
}

/** Up to here avsc agrees to write whole numbers. */
export const longMost = 9_007_199_254_740_990;
/** Below it avsc loses the last bit of negative ones while it doubles them. */
const longLeast = -(2 ** 52);

const edges = [
  0,
  63,
  64,
  8191,
  8192,
  2 ** 27,
  2 ** 28,
  2 ** 30 - 1,
  2 ** 30,
  2 ** 31,
  2 ** 35,
  2 ** 42,
  2 ** 49,
  2 ** 52,
];
const long = fc.oneof(
  fc.integer({ min: -100, max: 100 }),
  fc.constantFrom(...edges, ...edges.map((edge) => -edge)),
  fc.constant(longMost),
  fc.integer({ min: 1_500_000_000_000, max: 2_000_000_000_000 }),
  fc.double({ min: longLeast, max: longMost, noNaN: true }).map((value) => Math.trunc(value) + 0),
);
const double = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -0, Number.NaN, Infinity, -Infinity, Number.MIN_VALUE, Number.MAX_VALUE, 64_000.5),
);
const string = fc.oneof(
  fc.constantFrom(
    '',
    'binance:usdm:BTCUSDT',
    'é',
    '漢字',
    '👍🏽',
    '\u0000',
    '\ufeff',
    '\ufffd',
    'ß'.repeat(60),
    'x'.repeat(48),
    'x'.repeat(49),
  ),
  fc.string({ unit: 'binary', maxLength: 100 }),
  fc.string({ maxLength: 40 }),
);
const key = string.filter((text) => text !== '__proto__');

export function arbitraryOf(text: string): fc.Arbitrary<unknown> {
  const named = new Map<string, Schema>();
  const of = (schema: Schema): fc.Arbitrary<unknown> => {
    if (typeof schema === 'string') return ofName(schema);
    if (isUnion(schema)) return fc.oneof(...schema.map(of));
    if (schema.name !== undefined) named.set(schema.name, schema);
    switch (schema.type) {
      case 'record':
        return fc.record(
          Object.fromEntries((schema.fields ?? []).map((field) => [field.name, ofField(field.type, field.default)])),
        );
      case 'enum':
        return fc.constantFrom(...(schema.symbols ?? []));
      case 'array':
        return fc.array(of(schema.items ?? 'null'), { maxLength: 12 });
      case 'map':
        return fc.dictionary(key, of(schema.values ?? 'null'), { maxKeys: 12 });
      default:
        return of(schema.type);
    }
  };
  /** A field with a default may be left out. */
  const ofField = (schema: Schema, fallback: unknown): fc.Arbitrary<unknown> =>
    fallback === undefined ? of(schema) : fc.oneof(of(schema), fc.constant(undefined));
  const ofName = (name: string): fc.Arbitrary<unknown> => {
    switch (name) {
      case 'null':
        return fc.constant(null);
      case 'boolean':
        return fc.boolean();
      case 'int':
        return fc.integer();
      case 'long':
        return long;
      case 'float':
        return fc.float();
      case 'double':
        return double;
      case 'string':
        return string;
      case 'bytes':
        return fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
      default:
        return of(named.get(name.slice(name.lastIndexOf('.') + 1)) ?? 'null');
    }
  };
  return of(JSON.parse(text) as Schema);
}

const isUnion = (schema: Schema): schema is readonly Schema[] => Array.isArray(schema);
