/** Every value of a JSON value replaced by every strange one, in turn, and left out: what checks of a shape must agree on. */
const strange: readonly unknown[] = [
  null,
  true,
  false,
  [],
  {},
  '',
  ' 1',
  '1 ',
  '+1',
  '-1',
  '.5',
  '5.',
  '1.2.3',
  '1e5',
  '1e400',
  'NaN',
  'Infinity',
  '0x10',
  '１',
  '0',
  '1',
  '2',
  '00012.500',
  '123456789012345',
  '1234567890123456',
  '9007199254740993',
  '12345678901234.5678',
  '0.000000000000001',
  '9'.repeat(30),
  '9'.repeat(31),
  `1.${'3'.repeat(31)}`,
  0,
  1,
  2,
  -1,
  1.5,
  2 ** 53,
  Number.POSITIVE_INFINITY,
  'x'.repeat(101),
  '币安人生',
];

type Json = Readonly<Record<PropertyKey, unknown>> | readonly unknown[];

export function* mutations(value: Json): Generator<Json> {
  for (const key of Object.keys(value)) {
    const inner = Reflect.get(value, key);
    for (const other of strange) yield replaced(value, key, other);
    if (!Array.isArray(value)) yield Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
    if (typeof inner === 'object' && inner !== null)
      for (const other of mutations(inner)) yield replaced(value, key, other);
  }
}

const replaced = (value: Json, key: string, by: unknown): Json =>
  Array.isArray(value) ? value.with(Number(key), by) : { ...value, [key]: by };
