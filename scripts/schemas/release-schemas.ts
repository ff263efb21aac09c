/** Freezes what changed since the last release as the next versions, and keeps bytes that each of them wrote. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { schemaEnding } from './avro-schema.ts';
import { incompatibilities } from './compatibility.ts';
import { goldenEnding, renderGolden } from './golden.ts';
import { readSchemaFolder, releasedFolder } from './released-schemas.ts';
import { idOf, idsFile, readSchemaIds, renderSchemaIds, withIds } from './schema-ids.ts';

export interface Release {
  /** Nothing is written while there are any. */
  readonly problems: readonly string[];
  readonly released: readonly { readonly schema: string; readonly version: number; readonly id: number }[];
}

export function releaseSchemas(folder: string): Release {
  const read = readSchemaFolder(folder);
  const problems = incompatibilities(read);
  if (problems.length > 0) return { problems, released: [] };
  const file = join(folder, idsFile);
  const unreleased = read.current.filter(({ released }) => !released);
  const ids = withIds(
    existsSync(file) ? readSchemaIds(file) : [],
    unreleased.map(({ name, version }) => ({ schema: name, version })),
  );
  writeFileSync(file, renderSchemaIds(ids));
  const released = unreleased.map(({ name, version, schema }) => {
    const id = idOf(ids, name, version) as number;
    const path = join(folder, releasedFolder, name, String(version));
    const text = `${JSON.stringify(schema, null, 2)}\n`;
    mkdirSync(dirname(path), { recursive: true });
    // The schema last, since it makes the version a released one; and never over another: `wx` fails where there is one.
    writeFileSync(path + goldenEnding, renderGolden(id, schema, text));
    writeFileSync(path + schemaEnding, text, { flag: 'wx' });
    return { schema: name, version, id };
  });
  return { problems: [], released };
}
