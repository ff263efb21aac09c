/** Generates libs/events/src/generated/events.ts from schemas/*.avsc and schemas/ids.json. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

type Schema = string | Schema[] | SchemaObject;
interface SchemaObject {
  type: Schema;
  name?: string;
  namespace?: string;
  doc?: string;
  fields?: Field[];
  symbols?: string[];
  items?: Schema;
  values?: Schema;
  logicalType?: string;
}
interface Field {
  name: string;
  type: Schema;
  doc?: string;
  default?: unknown;
}
interface SchemaId {
  id: number;
  schema: string;
  version: number;
}

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
export const generatedPath = join(root, 'libs/events/src/generated/events.ts');

const primitives: Record<string, string> = {
  string: 'string',
  double: 'number',
  float: 'number',
  int: 'number',
  long: 'number',
  boolean: 'boolean',
  bytes: 'Uint8Array',
  null: 'null',
};

const shortName = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

function typeOf(schema: Schema, named: Map<string, SchemaObject>): string {
  if (typeof schema === 'string') return primitives[schema] ?? shortName(schema);
  if (Array.isArray(schema)) return schema.map((branch) => typeOf(branch, named)).join(' | ');
  switch (schema.type) {
    case 'record':
    case 'enum':
      named.set(schema.name!, schema);
      return schema.name!;
    case 'array':
      return `readonly ${wrap(typeOf(schema.items!, named))}[]`;
    case 'map':
      return `Readonly<Record<string, ${typeOf(schema.values!, named)}>>`;
    default:
      return typeOf(schema.type, named);
  }
}

const wrap = (type: string): string => (type.includes('|') || type.includes(' ') ? `(${type})` : type);

function declare(schema: SchemaObject, named: Map<string, SchemaObject>): string {
  const doc = `/** ${schema.doc ?? schema.name} */`;
  if (schema.type === 'enum') {
    return `${doc}\nexport type ${schema.name} = ${schema.symbols!.map((symbol) => `'${symbol}'`).join(' | ')};`;
  }
  const fields = schema.fields!.map((field) => {
    const optional = field.default === undefined ? '' : '?';
    const undefinedToo = optional ? ' | undefined' : '';
    return `  /** ${field.doc ?? field.name} */\n  readonly ${field.name}${optional}: ${typeOf(field.type, named)}${undefinedToo};`;
  });
  return `${doc}\nexport interface ${schema.name} {\n${fields.join('\n')}\n}`;
}

/** Replaces references to types that another file defines by their definition, so that each schema stands alone. */
function standAlone(schema: Schema, definitions: Map<string, SchemaObject>, seen: Set<string>): Schema {
  if (typeof schema === 'string') {
    const definition = definitions.get(shortName(schema));
    if (primitives[schema] || definition === undefined || seen.has(shortName(schema))) return schema;
    return standAlone(definition, definitions, seen);
  }
  if (Array.isArray(schema)) return schema.map((branch) => standAlone(branch, definitions, seen));
  if (schema.name) seen.add(schema.name);
  const copy: SchemaObject = { ...schema };
  if (schema.fields) {
    copy.fields = schema.fields.map((field) => ({ ...field, type: standAlone(field.type, definitions, seen) }));
  }
  if (schema.items) copy.items = standAlone(schema.items, definitions, seen);
  if (schema.values) copy.values = standAlone(schema.values, definitions, seen);
  if (typeof schema.type === 'object') copy.type = standAlone(schema.type, definitions, seen);
  return copy;
}

export function generateEvents(): string {
  const folder = join(root, 'schemas');
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.avsc'))
    .sort();
  const schemas = new Map(
    files.map((file) => [file.slice(0, -5), JSON.parse(readFileSync(join(folder, file), 'utf8')) as SchemaObject]),
  );
  const ids = JSON.parse(readFileSync(join(folder, 'ids.json'), 'utf8')) as SchemaId[];
  const named = new Map<string, SchemaObject>();
  const declared = new Map<string, string>();
  for (const schema of schemas.values()) named.set(schema.name!, schema);
  for (let grew = true; grew; ) {
    grew = false;
    for (const [name, schema] of [...named]) {
      if (declared.has(name)) continue;
      declared.set(name, declare(schema, named));
      grew = true;
    }
  }
  const names = [...schemas.keys()];
  for (const name of names) {
    if (!ids.some((entry) => entry.schema === name)) throw new Error(`schemas/ids.json: no id for ${name}; add one`);
  }
  const constants = names.map((name) => {
    const text = JSON.stringify(standAlone(schemas.get(name)!, named, new Set()));
    return `  ${name}: ${JSON.stringify(text)},`;
  });
  return [
    '// Generated from schemas/*.avsc by `npm run generate`. Do not edit.',
    ...[...declared.values()],
    '/** Every event type by its name. */',
    `export interface EventTypes {\n${names.map((name) => `  ${name}: ${name};`).join('\n')}\n}`,
    '/** The id that stands for a schema in the wire format, where no registry gives one. */',
    `export const schemaIds: Readonly<Record<keyof EventTypes, number>> = {\n${names
      .map((name) => `  ${name}: ${ids.findLast((entry) => entry.schema === name)!.id},`)
      .join('\n')}\n};`,
    '/** The Avro schema of each event type, standing alone. */',
    `export const schemaTexts: Readonly<Record<keyof EventTypes, string>> = {\n${constants.join('\n')}\n};`,
    '',
  ].join('\n\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(generatedPath, generateEvents());
}
