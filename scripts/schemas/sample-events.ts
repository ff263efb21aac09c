/** Events that a schema allows, always the same: the smallest, an ordinary one, and one at the edges of its types. */
import { isUnion, type NamedSchema, namedTypes, type Schema, shortName } from './avro-schema.ts';

const edges = ['least', 'ordinary', 'extreme'] as const;
type Edge = (typeof edges)[number];

const primitives: Readonly<Record<string, Readonly<Record<Edge, unknown>>>> = {
  null: { least: null, ordinary: null, extreme: null },
  boolean: { least: false, ordinary: true, extreme: true },
  int: { least: 0, ordinary: 1440, extreme: -2_147_483_648 },
  long: { least: 0, ordinary: 1_767_225_600_000, extreme: 9_007_199_254_740_990 },
  float: { least: 0, ordinary: 0.5, extreme: -Infinity },
  double: { least: 0, ordinary: 64_000.1, extreme: -0 },
  bytes: { least: Buffer.alloc(0), ordinary: Buffer.from('state'), extreme: Buffer.from([0, 127, 128, 255]) },
  string: { least: '', ordinary: 'binance:usdm:BTCUSDT', extreme: 'ß漢👍🏽\u0000"' },
};
const counts: Readonly<Record<Edge, number>> = { least: 0, ordinary: 2, extreme: 3 };

export function sampleEvents(schema: NamedSchema): readonly Readonly<Record<string, unknown>>[] {
  const names = namedTypes([schema]);
  return edges.map((edge) => sampleOf(schema, edge, names) as Readonly<Record<string, unknown>>);
}

function sampleOf(schema: Schema, edge: Edge, names: ReadonlyMap<string, NamedSchema>): unknown {
  const inner = (part: Schema): unknown => sampleOf(part, edge, names);
  if (typeof schema === 'string') {
    const primitive = primitives[schema];
    return primitive === undefined ? inner(names.get(shortName(schema)) ?? 'null') : primitive[edge];
  }
  if (isUnion(schema)) return inner((edge === 'least' ? schema[0] : schema.at(-1)) ?? 'null');
  switch (schema.type) {
    case 'record':
      return Object.fromEntries((schema.fields ?? []).map((field) => [field.name, inner(field.type)]));
    case 'enum':
      return edge === 'least' ? schema.symbols?.[0] : schema.symbols?.at(-1);
    case 'array':
      return Array.from({ length: counts[edge] }, () => inner(schema.items ?? 'null'));
    case 'map':
      return Object.fromEntries(
        Array.from({ length: counts[edge] }, (_, index) => [
          `key ${index} ${edge === 'extreme' ? 'é' : ''}`,
          inner(schema.values ?? 'null'),
        ]),
      );
    default:
      return inner(schema.type);
  }
}

/** An event of one schema as a reader with another sees it: our own words for Avro's rule, to check avsc with. */
export function asReadBy(reader: NamedSchema, written: NamedSchema, event: unknown): unknown {
  const readerNames = namedTypes([reader]);
  const writtenNames = namedTypes([written]);
  const convert = (wantedGiven: Schema, givenGiven: Schema, value: unknown): unknown => {
    const wanted =
      typeof wantedGiven === 'string' ? (readerNames.get(shortName(wantedGiven)) ?? wantedGiven) : wantedGiven;
    const given = typeof givenGiven === 'string' ? (writtenNames.get(shortName(givenGiven)) ?? givenGiven) : givenGiven;
    if (isUnion(wanted) && isUnion(given)) {
      const branch = (union: readonly Schema[]): Schema => union.find((each) => each !== 'null') ?? 'null';
      return value === null ? null : convert(branch(wanted), branch(given), value);
    }
    if (typeof wanted === 'string' || typeof given === 'string' || isUnion(wanted) || isUnion(given)) return value;
    if (wanted.type === 'record') {
      const before = value as Readonly<Record<string, unknown>>;
      const convertField = (field: {
        readonly name: string;
        readonly type: Schema;
        readonly default?: unknown;
      }): unknown => {
        const source = given.fields?.find(({ name }) => name === field.name);
        return source === undefined ? field.default : convert(field.type, source.type, before[field.name]);
      };
      return Object.fromEntries((wanted.fields ?? []).map((field) => [field.name, convertField(field)]));
    }
    if (wanted.type === 'enum') return wanted.symbols?.includes(value as string) ? value : wanted.default;
    if (wanted.items !== undefined && given.items !== undefined) {
      const [to, from] = [wanted.items, given.items];
      return (value as readonly unknown[]).map((item) => convert(to, from, item));
    }
    if (wanted.values !== undefined && given.values !== undefined) {
      const [to, from] = [wanted.values, given.values];
      const entries = Object.entries(value as Readonly<Record<string, unknown>>);
      return Object.fromEntries(entries.map(([key, item]) => [key, convert(to, from, item)]));
    }
    return value;
  };
  return convert(reader, written, event);
}
