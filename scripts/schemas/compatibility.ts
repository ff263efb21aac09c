/**
 * May this schema follow that released one? Full compatibility: old readers read new data, new readers read old data.
 * Compared with every released version, because a log holds all of them. Stricter than Avro in one thing: text and bytes
 * are not exchanged for each other.
 */
import avsc from 'avsc';
import { type Field, isNamed, isUnion, type NamedSchema, namedTypes, type Schema, shortName } from './avro-schema.ts';
import type { SchemaFolder } from './released-schemas.ts';

/** One line each: schema, version, field, what is wrong, what to do. */
export function incompatibilities({ current, released }: SchemaFolder): readonly string[] {
  return released.flatMap(({ name, version, schema }) => {
    const now = current.find((each) => each.name === name);
    if (now === undefined) {
      return version === 1
        ? [`schemas/${name}.avsc is gone, but ${name} was released and logs hold such events: put it back`]
        : [];
    }
    return differences(schema, now.schema).map(
      (difference) => `schemas/${name}.avsc against its released version ${version}: ${difference}`,
    );
  });
}

export function differences(released: NamedSchema, now: NamedSchema): readonly string[] {
  const found = new Comparison(released, now).run();
  return found.length > 0 ? found : refusals(released, now);
}

/** Whatever the comparison has no words for, Avro's own rules find. */
function refusals(released: NamedSchema, now: NamedSchema): readonly string[] {
  const [older, newer] = [released, now].map((schema) => avsc.Type.forSchema(JSON.parse(JSON.stringify(schema))));
  if (older === undefined || newer === undefined) return [];
  return [
    ...refusal(newer, older, 'new readers cannot read old data'),
    ...refusal(older, newer, 'old readers cannot read new data'),
  ];
}

function refusal(reader: avsc.Type, written: avsc.Type, what: string): readonly string[] {
  try {
    reader.createResolver(written);
    return [];
  } catch (cause) {
    return [`${what} (${cause instanceof Error ? cause.message : String(cause)}): take the change back`];
  }
}

class Comparison {
  readonly #older: NamedSchema;
  readonly #newer: NamedSchema;
  readonly #olderNames: ReadonlyMap<string, NamedSchema>;
  readonly #newerNames: ReadonlyMap<string, NamedSchema>;
  readonly #found: string[] = [];
  /** Types are compared once, wherever they are mentioned. */
  readonly #seen = new Set<string>();

  constructor(older: NamedSchema, newer: NamedSchema) {
    this.#older = older;
    this.#newer = newer;
    this.#olderNames = namedTypes([older]);
    this.#newerNames = namedTypes([newer]);
  }

  run(): readonly string[] {
    this.#compare(this.#older, this.#newer, this.#newer.name);
    return this.#found;
  }

  #compare(olderGiven: Schema, newerGiven: Schema, place: string): void {
    const older = resolved(olderGiven, this.#olderNames);
    const newer = resolved(newerGiven, this.#newerNames);
    if (isUnion(older) && isUnion(newer)) {
      this.#compareUnions(older, newer, place);
      return;
    }
    const [was, is] = [kindOf(older), kindOf(newer)];
    if (was !== is) {
      this.#say(
        place,
        `was ${was}, is ${is}`,
        'give it its type back and add a new field with a default for the new one',
      );
      return;
    }
    if (typeof older === 'string' || typeof newer === 'string' || isUnion(older) || isUnion(newer)) return;
    if (isNamed(older) && isNamed(newer)) {
      if (this.#seen.has(older.name)) return;
      this.#seen.add(older.name);
    }
    if (newer.type === 'record') this.#compareFields(older.fields ?? [], newer.fields ?? [], place);
    if (newer.type === 'enum') this.#compareSymbols(older as NamedSchema, newer as NamedSchema, place);
    if (older.items !== undefined && newer.items !== undefined) this.#compare(older.items, newer.items, `${place}[]`);
    if (older.values !== undefined && newer.values !== undefined)
      this.#compare(older.values, newer.values, `${place}{}`);
  }

  #compareFields(older: readonly Field[], newer: readonly Field[], place: string): void {
    for (const field of newer) {
      const before = older.find(({ name }) => name === field.name);
      const path = `${place}.${field.name}`;
      if (before !== undefined) this.#compare(before.type, field.type, path);
      else if (field.default === undefined) {
        this.#say(path, 'is new and old data do not have it', 'give it a default');
      }
    }
    for (const field of older) {
      if (field.default !== undefined || newer.some(({ name }) => name === field.name)) continue;
      this.#say(
        `${place}.${field.name}`,
        'is gone, but old readers demand it',
        'put it back; it may go once no supported reader demands it',
      );
    }
  }

  #compareSymbols(older: NamedSchema, newer: NamedSchema, place: string): void {
    const added = (newer.symbols ?? []).filter((symbol) => !older.symbols?.includes(symbol));
    const removed = (older.symbols ?? []).filter((symbol) => !newer.symbols?.includes(symbol));
    if (added.length > 0 && older.default === undefined) {
      this.#say(
        place,
        `has new symbols (${added.join(', ')}) that old readers do not know`,
        'add a new field with a default instead',
      );
    }
    if (removed.length > 0 && newer.default === undefined) {
      this.#say(place, `has lost symbols (${removed.join(', ')}) that old data hold`, 'put them back');
    }
  }

  #compareUnions(older: readonly Schema[], newer: readonly Schema[], place: string): void {
    const branches = (union: readonly Schema[], names: ReadonlyMap<string, NamedSchema>): ReadonlyMap<string, Schema> =>
      new Map(union.map((branch) => [kindOf(resolved(branch, names)), branch]));
    const before = branches(older, this.#olderNames);
    const after = branches(newer, this.#newerNames);
    for (const [kind, branch] of after) {
      const same = before.get(kind);
      if (same !== undefined) this.#compare(same, branch, place);
      else
        this.#say(place, `may be ${kind} now, which old readers cannot read`, 'add a new field with a default instead');
    }
    for (const kind of before.keys()) {
      if (!after.has(kind)) this.#say(place, `may not be ${kind} any more, which old data hold`, `put ${kind} back`);
    }
  }

  #say(place: string, problem: string, remedy: string): void {
    this.#found.push(`${place} ${problem}: ${remedy}`);
  }
}

/** Names to definitions, logical types to what they stand on. */
function resolved(schema: Schema, names: ReadonlyMap<string, NamedSchema>): Schema {
  if (typeof schema === 'string') return names.get(shortName(schema)) ?? schema;
  if (isUnion(schema) || isNamed(schema)) return schema;
  return schema.type === 'array' || schema.type === 'map' ? schema : resolved(schema.type, names);
}

function kindOf(schema: Schema): string {
  if (typeof schema === 'string') return schema;
  if (isUnion(schema))
    return `one of ${schema.map((branch) => (typeof branch === 'string' ? branch : kindOf(branch))).join(', ')}`;
  return isNamed(schema) ? `${String(schema.type)} ${shortName(schema.name)}` : String(schema.type);
}
