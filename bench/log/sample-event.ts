/** An event with something in every field, made from its schema so that it grows with it. */
import { type EventTypes, schemaTexts } from '@screener/events';

type Schema = string | readonly Schema[] | { readonly type: Schema; readonly [property: string]: unknown };

interface Field {
  readonly name: string;
  readonly type: Schema;
}

export const schemaOf = (name: keyof EventTypes): unknown => JSON.parse(schemaTexts[name]);

/** Arrays get so many items. */
export function sampleEvent<N extends keyof EventTypes>(name: N, items: number): EventTypes[N] {
  let numbers = 0;
  const records = new Map<string, readonly Field[]>();
  const sample = (schema: Schema): unknown => {
    if (Array.isArray(schema)) return sample((schema as Schema[]).find((branch) => branch !== 'null') ?? 'null');
    if (typeof schema === 'object' && 'type' in schema) return sampleOfObject(schema);
    return sampleOfName(schema as string);
  };
  const sampleOfObject = (schema: { readonly type: Schema; readonly [property: string]: unknown }): unknown => {
    if (schema.type === 'record') {
      records.set(String(schema.name), schema.fields as readonly Field[]);
      return sampleOfRecord(schema.fields as readonly Field[]);
    }
    if (schema.type === 'enum') return (schema.symbols as readonly string[])[0];
    if (schema.type === 'array') return Array.from({ length: items }, () => sample(schema.items as Schema));
    if (schema.type === 'map') return Object.fromEntries([['key', sample(schema.values as Schema)]]);
    return sample(schema.type);
  };
  const sampleOfRecord = (fields: readonly Field[]): unknown =>
    Object.fromEntries(fields.map((field) => [field.name, sample(field.type)]));
  const sampleOfName = (type: string): unknown => {
    numbers += 1;
    if (type === 'double') return 61_234.5 + numbers / 7;
    if (type === 'float') return Math.fround(2.5 + numbers / 7);
    if (type === 'int') return 15 * numbers;
    if (type === 'long') return 1_735_689_600_000 + numbers;
    if (type === 'boolean') return true;
    if (type === 'string') return numbers === 1 ? 'binance:usdm:BTCUSDT' : '15m';
    if (type === 'bytes') return Buffer.alloc(16, numbers);
    if (type === 'null') return null;
    const known = records.get(type);
    if (known === undefined) throw new Error(`no sample for ${type}`);
    return sampleOfRecord(known);
  };
  return sample(schemaOf(name) as Schema) as EventTypes[N];
}
