/** A folder of schemas in a temporary place, for tests of releases. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAs } from '@screener/events';
import avsc from 'avsc';
import type { TodaysCodec } from './golden.ts';

export interface SchemasFixture {
  readonly folder: string;
  write(name: string, schema: object): void;
  remove(): void;
}

export function createSchemasFixture(): SchemasFixture {
  const folder = mkdtempSync(join(tmpdir(), 'schemas-'));
  mkdirSync(folder, { recursive: true });
  return {
    folder,
    write: (name, schema) => writeFileSync(join(folder, `${name}.avsc`), JSON.stringify(schema)),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Schemas of tests have no generated code: avsc stands in for it. */
export const avscCodec: TodaysCodec = {
  encode: ({ schema }, event) =>
    Buffer.concat([Buffer.alloc(5), avsc.Type.forSchema(JSON.parse(JSON.stringify(schema))).toBuffer(event)]),
  decode: ({ schema }, written, bytes) =>
    readAs(JSON.stringify(schema), JSON.stringify(written.schema), bytes.subarray(5)),
};

/** One of everything that our schemas use. */
export const tradeFields = [
  { name: 'id', type: 'long' },
  { name: 'note', type: 'string' },
  { name: 'price', type: 'double' },
  { name: 'size', type: ['null', 'double'], default: null },
  { name: 'side', type: { type: 'enum', name: 'Side', symbols: ['buy', 'sell'] } },
  {
    name: 'parts',
    type: {
      type: 'array',
      items: {
        type: 'record',
        name: 'Part',
        fields: [{ name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } }],
      },
    },
  },
  { name: 'tags', type: { type: 'map', values: 'double' } },
  { name: 'raw', type: 'bytes' },
];

export const trade = (fields: readonly object[]): object => ({
  type: 'record',
  name: 'Trade',
  namespace: 'screener',
  fields,
});
