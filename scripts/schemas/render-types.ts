/** TypeScript types of Avro schemas. */
import { isUnion, type NamedSchema, primitiveNames, type Schema, shortName } from './avro-schema.ts';

const primitives: Readonly<Record<string, string>> = {
  string: 'string',
  double: 'number',
  float: 'number',
  int: 'number',
  long: 'number',
  boolean: 'boolean',
  bytes: 'Uint8Array',
  null: 'null',
};

export function typeOf(schema: Schema): string {
  if (typeof schema === 'string') return primitives[schema] ?? shortName(schema);
  if (isUnion(schema)) return schema.map(typeOf).join(' | ');
  switch (schema.type) {
    case 'record':
    case 'enum':
      return schema.name ?? '';
    case 'array':
      return `readonly ${inBrackets(typeOf(schema.items ?? 'null'))}[]`;
    case 'map':
      return `Readonly<Record<string, ${typeOf(schema.values ?? 'null')}>>`;
    default:
      return typeOf(schema.type);
  }
}

const inBrackets = (type: string): string => (type.includes(' ') ? `(${type})` : type);

export function renderType({ type, name, doc = name, symbols = [], fields = [] }: NamedSchema): string {
  if (type === 'enum') return `/** ${doc} */\nexport type ${name} = ${symbols.map((text) => `'${text}'`).join(' | ')};`;
  const members = fields.map((field) => {
    const optional = field.default !== undefined;
    return [
      `  /** ${field.doc ?? field.name} */`,
      `  readonly ${field.name}${optional ? '?' : ''}: ${typeOf(field.type)}${optional ? ' | undefined' : ''};`,
    ].join('\n');
  });
  return `/** ${doc} */\nexport interface ${name} {\n${members.join('\n')}\n}`;
}

/** Short names of the records and enums that a definition mentions without defining them. */
export function mentions(schema: Schema): readonly string[] {
  if (typeof schema === 'string') return primitiveNames.has(schema) || reserved.has(schema) ? [] : [shortName(schema)];
  if (isUnion(schema)) return schema.flatMap(mentions);
  const inner = [schema.items, schema.values, ...(schema.fields ?? []).map((field) => field.type), schema.type];
  return inner.flatMap((part) => (part === undefined ? [] : mentions(part)));
}

const reserved: ReadonlySet<string> = new Set(['record', 'enum', 'array', 'map', 'fixed']);
