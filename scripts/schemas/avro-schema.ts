/** Avro schemas as they stand in schemas/*.avsc: reading them, and making each stand alone. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Schema = string | readonly Schema[] | SchemaObject;

export interface SchemaObject {
  readonly type: Schema;
  readonly name?: string;
  readonly namespace?: string;
  readonly aliases?: readonly string[];
  readonly doc?: string;
  readonly fields?: readonly Field[];
  readonly symbols?: readonly string[];
  readonly default?: unknown;
  readonly items?: Schema;
  readonly values?: Schema;
  readonly logicalType?: string;
}

export interface Field {
  readonly name: string;
  readonly type: Schema;
  readonly aliases?: readonly string[];
  readonly doc?: string;
  readonly default?: unknown;
}

export interface NamedSchema extends SchemaObject {
  readonly name: string;
}

export const schemaEnding = '.avsc';
export const primitiveNames: ReadonlySet<string> = new Set([
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'bytes',
  'string',
]);

export const isUnion = (schema: Schema): schema is readonly Schema[] => Array.isArray(schema);
export const isNamed = (schema: Schema): schema is NamedSchema =>
  typeof schema === 'object' && !isUnion(schema) && schema.name !== undefined;

/** `screener.Window` and `Window` are the same type: there is one namespace. */
export const shortName = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

/** Every schema of a folder by the name of its file, sorted. */
export function readSchemas(folder: string): ReadonlyMap<string, NamedSchema> {
  if (!existsSync(folder)) return new Map();
  const names = readdirSync(folder)
    .filter((file) => file.endsWith(schemaEnding))
    .map((file) => file.slice(0, -schemaEnding.length))
    .sort();
  return new Map(names.map((name) => [name, readSchema(join(folder, name + schemaEnding), name)]));
}

function readSchema(file: string, name: string): NamedSchema {
  const schema = JSON.parse(readFileSync(file, 'utf8')) as Schema;
  if (!isNamed(schema) || schema.name !== name || schema.type !== 'record') {
    throw new Error(`${file}: expected a record with the name ${name}, as the file is called`);
  }
  return schema;
}

/** Every record and enum by its short name, those inside of others too, in the order in which they are met. */
export function namedTypes(schemas: Iterable<Schema>): ReadonlyMap<string, NamedSchema> {
  const found = new Map<string, NamedSchema>();
  const visit = (schema: Schema): void => {
    if (typeof schema === 'string') return;
    if (isUnion(schema)) {
      for (const branch of schema) visit(branch);
      return;
    }
    if (isNamed(schema)) {
      if (found.has(schema.name))
        throw new Error(`two schemas define ${schema.name}: define it once and name it elsewhere`);
      found.set(schema.name, schema);
    }
    for (const field of schema.fields ?? []) visit(field.type);
    for (const inner of [schema.items, schema.values]) if (inner !== undefined) visit(inner);
    if (typeof schema.type === 'object') visit(schema.type);
  };
  for (const schema of schemas) visit(schema);
  return found;
}

/** Puts definitions where names of other files' types stand, so that the schema can be understood alone. */
export function standAlone(schema: NamedSchema, definitions: ReadonlyMap<string, NamedSchema>): NamedSchema {
  return expand(schema, definitions, new Set()) as NamedSchema;
}

function expand(schema: Schema, definitions: ReadonlyMap<string, NamedSchema>, seen: Set<string>): Schema {
  if (typeof schema === 'string') {
    const definition = definitions.get(shortName(schema));
    if (primitiveNames.has(schema) || definition === undefined || seen.has(shortName(schema))) return schema;
    return expand(definition, definitions, seen);
  }
  if (isUnion(schema)) return schema.map((branch) => expand(branch, definitions, seen));
  if (schema.name !== undefined) seen.add(schema.name);
  const inner = (part: Schema): Schema => expand(part, definitions, seen);
  return {
    ...schema,
    ...(schema.fields && { fields: schema.fields.map((field) => ({ ...field, type: inner(field.type) })) }),
    ...(schema.items !== undefined && { items: inner(schema.items) }),
    ...(schema.values !== undefined && { values: inner(schema.values) }),
    ...(typeof schema.type === 'object' && { type: inner(schema.type) }),
  };
}
