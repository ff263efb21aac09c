/** Which schema an id stands for: those of schemas/ids.json, or those of a registry once `useSchemaIds` was called. */
import {
  bodyCodecs,
  type EventTypes,
  firstOwnSchemaId,
  olderSchemas,
  schemaIds,
  schemaTexts,
} from './generated/events.ts';
import { type BodyReader, olderReader, sameLayout } from './older-reader.ts';

type EventName = keyof EventTypes;

export interface SchemaVersion {
  readonly id: number;
  readonly name: EventName;
  readonly text: string;
}

/** Where ids come from. */
export interface SchemaIdSource {
  /** For people: `schemas/ids.json`, or the address of the registry. */
  readonly name: string;
  readonly kind: 'file' | 'registry';
  /** What new events are written with; a source that is only read may lack some. */
  readonly current: Readonly<Partial<Record<EventName, number>>>;
  /** Other versions that can be read. */
  readonly older: readonly SchemaVersion[];
  /** Asks for a schema that was not there at the start. */
  readonly find?: (id: number) => Promise<SchemaVersion | undefined>;
}

export interface KnownSchema {
  readonly name: EventName;
  readonly read: BodyReader;
}

export const fileSource: SchemaIdSource = {
  name: 'schemas/ids.json',
  kind: 'file',
  current: schemaIds,
  older: olderSchemas,
};

const names = Object.keys(schemaTexts) as EventName[];
let bound: SchemaIdSource;
let idsOfNames: SchemaIdSource['current'];
let byId: Map<number, KnownSchema>;
useSchemaIds(fileSource);

/** Binds the codec; called once at the start, before anything is encoded or decoded. */
export function useSchemaIds(source: SchemaIdSource): void {
  const known = new Map(source.older.map((version) => [version.id, knownOf(version)]));
  for (const name of names) {
    const id = source.current[name];
    if (id !== undefined && !known.has(id)) known.set(id, { name, read: bodyCodecs[name].read });
  }
  bound = source;
  idsOfNames = source.current;
  byId = known;
}

export const boundSource = (): SchemaIdSource => bound;

export function ownSchemaId(name: EventName): number {
  const id = idsOfNames[name];
  if (id === undefined) throw new Error(`${bound.name} has no id for ${name}: it is open for reading only`);
  return id;
}

export const knownSchema = (id: number): KnownSchema | undefined => byId.get(id);

/** One more version, found after the start. */
export function addKnownSchema(version: SchemaVersion): void {
  if (!byId.has(version.id)) byId.set(version.id, knownOf(version));
}

function knownOf({ name, text }: SchemaVersion): KnownSchema {
  let made: BodyReader | undefined;
  // Made when the first such record comes: most old versions are never met.
  const read: BodyReader = (from) => {
    made ??= sameLayout(text, schemaTexts[name]) ? bodyCodecs[name].read : olderReader(text, schemaTexts[name]);
    return made(from);
  };
  return { name, read };
}

/** Ids of the file and of registries never meet, so an id tells where it comes from. */
export const sourceKindOf = (id: number): SchemaIdSource['kind'] => (id >= firstOwnSchemaId ? 'file' : 'registry');

export function reasonUnknown(id: number): string {
  const kind = sourceKindOf(id);
  if (kind === bound.kind) {
    const reason = kind === 'file' ? 'a newer version may have written it' : 'no subject of ours there has it';
    return `schema id ${id} is unknown to ${bound.name}; ${reason}`;
  }
  return kind === 'file'
    ? `schema id ${id} is one of schemas/ids.json, but SCHEMA_REGISTRY_URL is set: this log is read without it`
    : `schema id ${id} is one of a schema registry: this log is read with its address in SCHEMA_REGISTRY_URL`;
}
