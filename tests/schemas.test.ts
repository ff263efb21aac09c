/** The product's schemas against everything that was ever released. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeEvent, type EventName, type EventTypes, encodeEvent } from '@screener/events';
import { expect, test } from 'vitest';
import { schemasFolder } from '../scripts/generate-events.ts';
import { incompatibilities } from '../scripts/schemas/compatibility.ts';
import { goldenProblems, type TodaysCodec } from '../scripts/schemas/golden.ts';
import { releaseSchemas } from '../scripts/schemas/release-schemas.ts';
import { readSchemaFolder } from '../scripts/schemas/released-schemas.ts';
import { idsFile, readSchemaIds } from '../scripts/schemas/schema-ids.ts';

const generatedCodec: TodaysCodec = {
  encode: ({ name }, event) => encodeEvent(name as EventName, event as EventTypes[EventName]),
  decode: (_current, _written, bytes) => decodeEvent(bytes).event,
};
const problemsIn = (folder: string): readonly string[] => {
  const read = readSchemaFolder(folder);
  return [...incompatibilities(read), ...goldenProblems(read, readSchemaIds(join(folder, idsFile)), generatedCodec)];
};

test('every schema may follow all its released versions; they and today read each other', () => {
  expect(problemsIn(schemasFolder)).toEqual([]);
});

test('a release now would hold: the generated codecs read and write what it keeps', () => {
  const folder = mkdtempSync(join(tmpdir(), 'release-'));
  try {
    cpSync(schemasFolder, folder, { recursive: true });
    const unreleased = readSchemaFolder(folder).current.filter(({ released }) => !released);
    expect(releaseSchemas(folder).released.map(({ schema }) => schema)).toEqual(unreleased.map(({ name }) => name));
    const { released } = readSchemaFolder(folder);
    expect(released.length).toBeGreaterThanOrEqual(unreleased.length);
    expect(released.length).toBeGreaterThan(10);
    expect(problemsIn(folder)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
