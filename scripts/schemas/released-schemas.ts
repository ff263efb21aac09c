/** schemas/released/<Name>/<version>.avsc: what was released and never changes again. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type NamedSchema, namedTypes, readSchemas, type Schema, schemaEnding, standAlone } from './avro-schema.ts';

export interface ReleasedSchema {
  readonly name: string;
  readonly version: number;
  /** Stands alone. */
  readonly schema: NamedSchema;
  /** Path without its ending; its golden bytes stand beside it. */
  readonly path: string;
}

export interface CurrentSchema {
  readonly name: string;
  /** Stands alone. */
  readonly schema: NamedSchema;
  /** The newest released version where nothing changed since; otherwise the one to come. */
  readonly version: number;
  readonly released: boolean;
}

export interface SchemaFolder {
  /** As the files stand, one that names types of another. */
  readonly schemas: ReadonlyMap<string, NamedSchema>;
  readonly current: readonly CurrentSchema[];
  /** By name, then ascending by version. */
  readonly released: readonly ReleasedSchema[];
}

export const releasedFolder = 'released';

export function readSchemaFolder(folder: string): SchemaFolder {
  const schemas = readSchemas(folder);
  const definitions = namedTypes(schemas.values());
  const released = readReleased(join(folder, releasedFolder));
  const current = [...schemas].map(([name, schema]) => {
    const whole = standAlone(schema, definitions);
    const newest = released.findLast((each) => each.name === name);
    const same = newest !== undefined && meaningOf(newest.schema) === meaningOf(whole);
    return { name, schema: whole, version: (newest?.version ?? 0) + (same ? 0 : 1), released: same };
  });
  return { schemas, current, released };
}

function readReleased(folder: string): readonly ReleasedSchema[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .flatMap((name) => versionsIn(join(folder, name), name));
}

function versionsIn(folder: string, name: string): readonly ReleasedSchema[] {
  const versions = readdirSync(folder)
    .filter((file) => file.endsWith(schemaEnding))
    .map((file) => Number(file.slice(0, -schemaEnding.length)))
    .sort((one, other) => one - other);
  return versions.map((version, index) => {
    if (version !== index + 1)
      throw new Error(`${folder}: expected version ${index + 1}, found ${version}; none may be removed`);
    const path = join(folder, String(version));
    return { name, version, path, schema: JSON.parse(readFileSync(path + schemaEnding, 'utf8')) as NamedSchema };
  });
}

/** A schema as text without what is for people only: a better explanation is no new version. */
export function meaningOf(schema: Schema): string {
  return JSON.stringify(schema, (key, value: unknown) =>
    key === 'doc' && typeof value === 'string' ? undefined : value,
  );
}
