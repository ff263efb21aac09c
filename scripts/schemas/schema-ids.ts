/** schemas/ids.json: which id stands for which version of which schema. An id is given once and never again. */
import { readFileSync } from 'node:fs';

export interface SchemaId {
  readonly id: number;
  readonly schema: string;
  readonly version: number;
}

export const idsFile = 'ids.json';
/**
 * Registries count from 1. Ids of this file are far above, so that every record tells which of the two gave its id, and a
 * log that is read with the wrong one is noticed at its first record.
 */
export const firstOwnSchemaId = 1_000_000_001;

export function readSchemaIds(file: string): readonly SchemaId[] {
  const ids = JSON.parse(readFileSync(file, 'utf8')) as readonly SchemaId[];
  const problems = ids.flatMap((entry, index) => problemsOf(entry, ids.slice(0, index)));
  if (problems.length > 0) throw new Error(`${file}: ${problems.join('; ')}`);
  return ids;
}

function problemsOf({ id, schema, version }: SchemaId, before: readonly SchemaId[]): readonly string[] {
  const place = `id ${id} of ${schema} version ${version}`;
  return [
    ...(Number.isInteger(id) && id >= firstOwnSchemaId && id < 2 ** 31
      ? []
      : [`${place} is not from ${firstOwnSchemaId} to 2147483647`]),
    ...(before.some((other) => other.id >= id) ? [`${place} is not above all before it: new ids go to the end`] : []),
    ...(before.some((other) => other.schema === schema && other.version === version)
      ? [`${place} is the second of that version`]
      : []),
  ];
}

/** The id of one version; new ones are appended. */
export function idOf(ids: readonly SchemaId[], schema: string, version: number): number | undefined {
  return ids.find((entry) => entry.schema === schema && entry.version === version)?.id;
}

export function withIds(
  ids: readonly SchemaId[],
  versions: Iterable<{ readonly schema: string; readonly version: number }>,
): readonly SchemaId[] {
  const all = [...ids];
  for (const { schema, version } of versions) {
    if (idOf(all, schema, version) !== undefined) continue;
    all.push({ id: (all.at(-1)?.id ?? firstOwnSchemaId - 1) + 1, schema, version });
  }
  return all;
}

export const renderSchemaIds = (ids: readonly SchemaId[]): string =>
  `[\n${ids.map(({ id, schema, version }) => `  { "id": ${id}, "schema": "${schema}", "version": ${version} }`).join(',\n')}\n]\n`;
