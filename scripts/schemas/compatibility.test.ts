/** The comparison finds exactly what Avro's own rules refuse, and has words for it. */
import avsc from 'avsc';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Field, NamedSchema, Schema } from './avro-schema.ts';
import { differences } from './compatibility.ts';

const leaf = fc.constantFrom<Schema>('int', 'long', 'double', 'string', 'boolean');
const symbols = fc.constantFrom(['a'], ['a', 'b'], ['b', 'a'], ['a', 'b', 'c']);
const type: fc.Arbitrary<Schema> = fc.oneof(
  { weight: 3, arbitrary: leaf },
  leaf.map((items): Schema => ({ type: 'array', items })),
  leaf.map((values): Schema => ({ type: 'map', values })),
  fc.constantFrom<Schema>(['null', 'double'], ['double', 'null'], ['null', 'string'], ['null', 'double', 'string']),
  symbols.map((list): Schema => ({ type: 'enum', name: 'Kind', symbols: list })),
  fc.tuple(leaf, fc.boolean()).map(
    ([inner, more]): Schema => ({
      type: 'record',
      name: 'Inner',
      fields: [{ name: 'x', type: inner }, ...(more ? [{ name: 'y', type: 'int', default: 1 }] : [])],
    }),
  ),
);
const defaults: Readonly<Record<string, unknown>> = { int: 0, long: 0, double: 0, string: '', boolean: false };
const withDefault = (field: Field): Field =>
  typeof field.type === 'string' && field.type in defaults ? { ...field, default: defaults[field.type] } : field;
// Each name once as a named type may only be defined once.
const record: fc.Arbitrary<NamedSchema> = fc
  .tuple(
    fc.uniqueArray(fc.record({ name: fc.constantFrom('a', 'b', 'c'), type, wanted: fc.boolean() }), {
      selector: ({ name }) => name,
      minLength: 1,
      maxLength: 3,
    }),
  )
  .map(([fields]) => fields)
  .filter((fields) => {
    const names = fields.flatMap((field) => /"name":"(Kind|Inner)"/.exec(JSON.stringify(field.type))?.[1] ?? []);
    return new Set(names).size === names.length;
  })
  .map((fields) => ({
    type: 'record',
    name: 'R',
    fields: fields.map(({ name, type: given, wanted }) =>
      wanted ? withDefault({ name, type: given }) : { name, type: given },
    ),
  }));

/** Two that have nothing to do with each other are hardly ever compatible: mostly one comes of the other. */
const pair = fc.oneof(
  fc.tuple(record, record),
  fc
    .tuple(record, fc.subarray([0, 1, 2]), fc.option(leaf))
    .map(([released, kept, extra]): [NamedSchema, NamedSchema] => {
      const fields = (released.fields ?? []).filter((_, index) => kept.includes(index));
      const more = extra === null ? [] : [withDefault({ name: 'd', type: extra })];
      const now = [...fields, ...more];
      return [released, { ...released, fields: now.length > 0 ? now : (released.fields ?? []) }];
    }),
);

const avroOf = (schema: NamedSchema): avsc.Type => avsc.Type.forSchema(JSON.parse(JSON.stringify(schema)));
const reads = (reader: NamedSchema, written: NamedSchema): boolean => {
  try {
    avroOf(reader).createResolver(avroOf(written));
    return true;
  } catch {
    return false;
  }
};

test('for any two schemas', () => {
  const seen = { compatible: 0, incompatible: 0 };
  fc.assert(
    fc.property(pair, ([released, now]) => {
      const found = differences(released, now);
      const compatible = reads(released, now) && reads(now, released);
      expect(found.length === 0).toBe(compatible);
      // The fallback, which has no field to name, is never needed for what our schemas use.
      expect(found.filter((text) => text.includes('take the change back'))).toEqual([]);
      seen[compatible ? 'compatible' : 'incompatible']++;
    }),
    { numRuns: 2_000 },
  );
  expect(seen.compatible).toBeGreaterThan(100);
  expect(seen.incompatible).toBeGreaterThan(100);
});
