/** Functions that write and read one record, field by field, as calls of ByteWriter and ByteReader. */
import { isUnion, type NamedSchema, primitiveNames, type Schema, type SchemaObject, shortName } from './avro-schema.ts';
import { typeOf } from './render-types.ts';

const primitiveCalls: Readonly<Record<string, string>> = {
  boolean: 'boolean',
  int: 'int',
  long: 'long',
  float: 'float',
  double: 'double',
  bytes: 'blob',
  string: 'string',
};

const isOptionalDouble = (schema: Schema): boolean =>
  isUnion(schema) && schema.length === 2 && schema[0] === 'null' && schema[1] === 'double';

/** Anything that a schema may hold and that is not generated yet says so here, by name. */
function unsupported(what: string): never {
  throw new Error(`the generator of codecs does not know ${what}: teach it in scripts/schemas/render-codec.ts`);
}

export function renderCodec(schema: NamedSchema, named: ReadonlyMap<string, NamedSchema>): string {
  if (schema.type === 'enum') return renderEnum(schema);
  return new RecordCodec(schema, named).render();
}

function renderEnum({ name, symbols = [] }: NamedSchema): string {
  const list = symbols.map((text) => `'${text}'`).join(', ');
  const indices = symbols.map((text, index) => `['${text}', ${index}]`).join(', ');
  return [
    `const symbolsOf${name}: readonly ${name}[] = [${list}];`,
    `const indicesOf${name}: ReadonlyMap<string, number> = new Map([${indices}]);`,
    `export const write${name} = (to: ByteWriter, symbol: ${name}): void => to.symbol(indicesOf${name}.get(symbol), symbol);`,
    `export const read${name} = (from: ByteReader): ${name} => symbolsOf${name}[from.index(${symbols.length})] as ${name};`,
  ].join('\n');
}

class RecordCodec {
  readonly #schema: NamedSchema;
  readonly #named: ReadonlyMap<string, NamedSchema>;
  readonly #functions: string[] = [];

  constructor(schema: NamedSchema, named: ReadonlyMap<string, NamedSchema>) {
    this.#schema = schema;
    this.#named = named;
  }

  render(): string {
    const { name, fields = [] } = this.#schema;
    if (fields.length === 0) unsupported(`a record without fields (${name}), of which endless many fit into no bytes`);
    const writes = fields.map((field) => {
      const value = `event.${field.name}`;
      return this.#write(withDefault(value, field.type, field.default, this.#named), field.type, field.name);
    });
    const reads = fields.map((field) => `    ${field.name}: ${this.#read(field.type, field.name)},`);
    return [
      `export function write${name}(to: ByteWriter, event: ${name}): void {\n${writes.join('\n')}\n}`,
      `export function read${name}(from: ByteReader): ${name} {\n  return {\n${reads.join('\n')}\n  };\n}`,
      ...this.#functions,
    ].join('\n\n');
  }

  #write(value: string, schema: Schema, field: string): string {
    return `  ${this.#writeCall(value, schema, field)};`;
  }

  #writeCall(value: string, schema: Schema, field: string): string {
    const simple = simpleOf(schema);
    if (isOptionalDouble(simple)) return `to.optionalDouble(${value})`;
    if (typeof simple === 'string') {
      const call = primitiveCalls[simple];
      return call === undefined ? `write${shortName(simple)}(to, ${value})` : `to.${call}(${value})`;
    }
    if (!isUnion(simple) && (simple.type === 'record' || simple.type === 'enum'))
      return `write${simple.name}(to, ${value})`;
    return `write${this.#helper(simple, field)}(to, ${value})`;
  }

  #read(schema: Schema, field: string): string {
    const simple = simpleOf(schema);
    if (isOptionalDouble(simple)) return 'from.optionalDouble()';
    if (typeof simple === 'string') {
      const call = primitiveCalls[simple];
      return call === undefined ? `read${shortName(simple)}(from)` : `from.${call}()`;
    }
    if (!isUnion(simple) && (simple.type === 'record' || simple.type === 'enum')) return `read${simple.name}(from)`;
    return `read${this.#helper(simple, field)}(from)`;
  }

  /** Arrays, maps and optional values have functions of their own, named after record and field. */
  #helper(schema: readonly Schema[] | SchemaObject, field: string): string {
    const name = `${this.#schema.name}${field[0]?.toUpperCase()}${field.slice(1)}`;
    if (!this.#functions.some((text) => text.startsWith(`function write${name}(`))) {
      // Its place first: what it contains comes after it.
      const place = this.#functions.push('') - 1;
      this.#functions[place] = this.#helperText(schema, name, field);
    }
    return name;
  }

  #helperText(schema: readonly Schema[] | SchemaObject, name: string, field: string): string {
    const inner = `${field}Item`;
    if (isUnion(schema)) return this.#optionalText(schema, name, inner);
    const [part, isMap] = schema.type === 'array' ? [schema.items, false] : [schema.values, true];
    if (part === undefined || (schema.type !== 'array' && schema.type !== 'map')) {
      return unsupported(`the type ${JSON.stringify(schema.type)}`);
    }
    const type = typeOf(schema);
    const item = typeOf(part);
    const writeItem = this.#writeCall('item', part, inner);
    const readItem = this.#read(part, inner);
    return isMap
      ? [
          `function write${name}(to: ByteWriter, map: ${type}): void {`,
          '  const keys = Object.keys(map);',
          '  to.count(keys.length);',
          '  for (const key of keys) {',
          '    to.string(key);',
          `    const item = map[key] as ${item};`,
          `    ${writeItem};`,
          '  }',
          '  if (keys.length > 0) to.end();',
          '}\n',
          `function read${name}(from: ByteReader): ${type} {`,
          `  const map: Record<string, ${item}> = {};`,
          '  for (let left = from.block(); left > 0; left = from.block()) {',
          `    for (; left > 0; left--) setEntry(map, from.string(), ${readItem});`,
          '  }',
          '  return map;',
          '}',
        ].join('\n')
      : [
          `function write${name}(to: ByteWriter, items: ${type}): void {`,
          '  to.count(items.length);',
          `  for (const item of items) ${writeItem};`,
          '  if (items.length > 0) to.end();',
          '}\n',
          `function read${name}(from: ByteReader): ${type} {`,
          `  const items: ${inBrackets(item)}[] = [];`,
          '  for (let left = from.block(); left > 0; left = from.block()) {',
          `    for (; left > 0; left--) items.push(${readItem});`,
          '  }',
          '  return items;',
          '}',
        ].join('\n');
  }

  #optionalText(branches: readonly Schema[], name: string, inner: string): string {
    const at = branches.indexOf('null');
    const other = branches[1 - at];
    if (branches.length !== 2 || at < 0 || other === undefined) {
      return unsupported(`the union ${JSON.stringify(branches)}, only null and one other type`);
    }
    const type = typeOf(branches);
    return [
      `function write${name}(to: ByteWriter, value: ${type}): void {`,
      `  if (value === null) return to.branch(${at});`,
      `  to.branch(${1 - at});`,
      `  ${this.#writeCall('value', other, inner)};`,
      '}\n',
      `function read${name}(from: ByteReader): ${type} {`,
      `  return from.index(2) === ${at} ? null : ${this.#read(other, inner)};`,
      '}',
    ].join('\n');
  }
}

const inBrackets = (type: string): string => (type.includes(' ') ? `(${type})` : type);

/** Logical types are written as what they stand on. */
function simpleOf(schema: Schema): Schema {
  if (typeof schema === 'string') return schema === 'null' ? unsupported('a field of type null') : schema;
  if (isUnion(schema) || typeof schema.type !== 'string') return schema;
  return primitiveNames.has(schema.type) ? schema.type : schema;
}

/** What is written where a field with a default is left out. */
function withDefault(
  value: string,
  schema: Schema,
  fallback: unknown,
  named: ReadonlyMap<string, NamedSchema>,
): string {
  if (fallback === undefined) return value;
  // A default belongs to the first branch of a union.
  const first = isUnion(schema) ? (schema[0] ?? 'null') : schema;
  const simple = first === 'null' ? 'null' : simpleOf(first);
  const definition = typeof simple === 'string' ? named.get(shortName(simple)) : undefined;
  const type = typeof simple === 'string' ? (definition?.type ?? simple) : isUnion(simple) ? 'union' : simple.type;
  if (type === 'bytes' || type === 'record') return unsupported(`a default of type ${type}`);
  return `${value} === undefined ? ${JSON.stringify(fallback)} : ${value}`;
}
