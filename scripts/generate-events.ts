/** Generates libs/events/src/generated/: types and codecs of every event from schemas/*.avsc and schemas/ids.json. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type NamedSchema, namedTypes, type Schema } from './schemas/avro-schema.ts';
import { type CurrentSchema, readSchemaFolder, type SchemaFolder } from './schemas/released-schemas.ts';
import { renderCodec } from './schemas/render-codec.ts';
import { mentions, renderType } from './schemas/render-types.ts';
import {
  firstOwnSchemaId,
  idOf,
  idsFile,
  readSchemaIds,
  renderSchemaIds,
  type SchemaId,
  withIds,
} from './schemas/schema-ids.ts';

const root = join(import.meta.dirname, '..');
export const schemasFolder = join(root, 'schemas');
export const generatedFolder = join(root, 'libs/events/src/generated');
const heading = '// Generated from schemas/ by `npm run generate`. Do not edit.';

const fileOf = (name: string): string => `${name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase()}.ts`;
const constantOf = (name: string): string => `${name[0]?.toLowerCase()}${name.slice(1)}Text`;

/** The text of every generated file by its name. */
export function generateEvents(folder: string = schemasFolder): ReadonlyMap<string, string> {
  const read = readSchemaFolder(folder);
  const ids = readSchemaIds(join(folder, idsFile));
  const definitions = namedTypes(read.schemas.values());
  const owners = new Map<string, string>();
  for (const [name, schema] of read.schemas) for (const type of namedTypes([schema]).keys()) owners.set(type, name);
  const files = read.current.map(
    (current) => [fileOf(current.name), renderEvent(current, read.schemas, definitions, owners)] as const,
  );
  return new Map([...files, ['events.ts', renderIndex(read, ids)]]);
}

function renderEvent(
  { name, schema }: CurrentSchema,
  schemas: ReadonlyMap<string, NamedSchema>,
  definitions: ReadonlyMap<string, NamedSchema>,
  owners: ReadonlyMap<string, string>,
): string {
  const own = [...namedTypes([schemas.get(name) as Schema]).values()];
  const foreign = [...new Set(own.flatMap(mentions))].filter((type) => owners.get(type) !== name).sort();
  for (const type of foreign) if (!owners.has(type)) throw new Error(`schemas/${name}.avsc: nothing defines ${type}`);
  const codecs = own.map((type) => renderCodec(type, definitions)).join('\n\n');
  return [
    heading,
    [
      "import type { ByteReader } from '../wire/byte-reader.ts';",
      "import type { ByteWriter } from '../wire/byte-writer.ts';",
      ...(codecs.includes('setEntry(') ? ["import { setEntry } from '../wire/map-entries.ts';"] : []),
      ...foreign.map((type) => {
        const file = fileOf(owners.get(type) as string);
        return `import { read${type}, type ${type}, write${type} } from './${file}';`;
      }),
    ].join('\n'),
    ...own.map(renderType),
    codecs,
    `/** The Avro schema of ${name}, standing alone. */\nexport const ${constantOf(name)} =\n  ${JSON.stringify(JSON.stringify(schema))};`,
    '',
  ].join('\n\n');
}

function renderIndex({ schemas, current, released }: SchemaFolder, ids: readonly SchemaId[]): string {
  const names = current.map(({ name }) => name);
  const lines = (entryOf: (each: CurrentSchema) => string): string =>
    current.map((each) => `  ${entryOf(each)}`).join('\n');
  const requiredId = (schema: string, version: number): number => {
    const id = idOf(ids, schema, version);
    if (id === undefined)
      throw new Error(`schemas/${idsFile} has no id for ${schema} version ${version}: npm run generate adds one`);
    return id;
  };
  const older = released.filter(({ name, version }) => current.find((each) => each.name === name)?.version !== version);
  const typesOf = (name: string): string => [...namedTypes([schemas.get(name) as Schema]).keys()].sort().join(', ');
  return [
    heading,
    [
      "import type { ByteReader } from '../wire/byte-reader.ts';",
      "import type { ByteWriter } from '../wire/byte-writer.ts';",
      ...names.map(
        (name) => `import { ${constantOf(name)}, read${name}, type ${name}, write${name} } from './${fileOf(name)}';`,
      ),
    ].join('\n'),
    names.map((name) => `export type { ${typesOf(name)} } from './${fileOf(name)}';`).join('\n'),
    `/** Every event type by its name. */\nexport interface EventTypes {\n${lines(({ name }) => `${name}: ${name};`)}\n}`,
    `/** Ids from here on are those of schemas/ids.json; those below are a registry's. */\nexport const firstOwnSchemaId = ${firstOwnSchemaId};`,
    `/** The id that stands for a schema in the wire format, where no registry gives one. */\nexport const schemaIds: Readonly<Record<keyof EventTypes, number>> = {\n${lines(({ name, version }) => `${name}: ${requiredId(name, version)},`)}\n};`,
    `/** The Avro schema of each event type, standing alone. */\nexport const schemaTexts: Readonly<Record<keyof EventTypes, string>> = {\n${lines(({ name }) => `${name}: ${constantOf(name)},`)}\n};`,
    `/** Writes and reads the body of each event. */\nexport const bodyCodecs: {\n  readonly [N in keyof EventTypes]: {\n    readonly write: (to: ByteWriter, event: EventTypes[N]) => void;\n    readonly read: (from: ByteReader) => EventTypes[N];\n  };\n} = {\n${lines(({ name }) => `${name}: { write: write${name}, read: read${name} },`)}\n};`,
    `/** Released versions other than the ones above, which old logs hold. */\nexport const olderSchemas: readonly { readonly id: number; readonly name: keyof EventTypes; readonly text: string }[] = [\n${older
      .map(
        ({ name, version, schema }) =>
          `  { id: ${requiredId(name, version)}, name: '${name}', text: ${JSON.stringify(JSON.stringify(schema))} },`,
      )
      .join('\n')}\n];`,
    '',
  ]
    .join('\n\n')
    .replace('[\n\n]', '[]');
}

/** Gives ids to schemas that have none yet; returns whether there were any. */
export function addMissingIds(folder: string = schemasFolder): boolean {
  const file = join(folder, idsFile);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const { current } = readSchemaFolder(folder);
  const ids = text === '' ? [] : readSchemaIds(file);
  const all = renderSchemaIds(
    withIds(
      ids,
      current.map(({ name, version }) => ({ schema: name, version })),
    ),
  );
  if (all === text) return false;
  writeFileSync(file, all);
  return true;
}

/** Writes what changed and removes what no schema asks for any more; returns the names of both. */
export function writeEvents(): readonly string[] {
  const files = generateEvents();
  mkdirSync(generatedFolder, { recursive: true });
  const stale = readdirSync(generatedFolder).filter((name) => !files.has(name));
  for (const name of stale) rmSync(join(generatedFolder, name));
  const changed = [...files].filter(([name, text]) => {
    const file = join(generatedFolder, name);
    if (existsSync(file) && readFileSync(file, 'utf8') === text) return false;
    writeFileSync(file, text);
    return true;
  });
  return [...changed.map(([name]) => name), ...stale];
}

if (process.argv[1] === import.meta.filename) {
  addMissingIds();
  writeEvents();
}
