/** The product's schemas against everything that was ever released. */
import { join } from 'node:path';
import { decodeEvent, type EventName, type EventTypes, encodeEvent } from '@screener/events';
import { expect, test } from 'vitest';
import { schemasFolder } from '../scripts/generate-events.ts';
import { incompatibilities } from '../scripts/schemas/compatibility.ts';
import { goldenProblems } from '../scripts/schemas/golden.ts';
import { readSchemaFolder } from '../scripts/schemas/released-schemas.ts';
import { idsFile, readSchemaIds } from '../scripts/schemas/schema-ids.ts';

const folder = readSchemaFolder(schemasFolder);
const ids = readSchemaIds(join(schemasFolder, idsFile));

test('every schema may follow all its released versions', () => {
  expect(incompatibilities(folder)).toEqual([]);
});

test('released schemas, ids and bytes are as they were; today and they read each other', () => {
  const codec = {
    encode: ({ name }: { readonly name: string }, event: unknown) =>
      encodeEvent(name as EventName, event as EventTypes[EventName]),
    decode: (_current: unknown, _written: unknown, bytes: Uint8Array) => decodeEvent(bytes).event,
  };
  expect(goldenProblems(folder, ids, codec)).toEqual([]);
});
