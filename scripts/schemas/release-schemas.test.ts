/** Releases of sample schemas: what may follow what, and that a released version stays readable. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { generateEvents } from '../generate-events.ts';
import { incompatibilities } from './compatibility.ts';
import { goldenProblems } from './golden.ts';
import { releaseSchemas } from './release-schemas.ts';
import { readSchemaFolder } from './released-schemas.ts';
import { firstOwnSchemaId, idsFile, readSchemaIds } from './schema-ids.ts';
import { avscCodec, createSchemasFixture, type SchemasFixture, trade, tradeFields } from './schemas-fixture.ts';

let fixture: SchemasFixture;
beforeEach(() => {
  fixture = createSchemasFixture();
  fixture.write('Trade', trade(tradeFields));
  expect(releaseSchemas(fixture.folder).problems).toEqual([]);
});
afterEach(() => fixture.remove());

const problems = (): readonly string[] =>
  goldenProblems(readSchemaFolder(fixture.folder), readSchemaIds(join(fixture.folder, idsFile)), avscCodec);
const releasedFile = (name: string): string => join(fixture.folder, 'released/Trade', name);
const change = (name: string, to: object): object[] =>
  tradeFields.map((field) => (field.name === name ? { ...field, ...to } : field));
const without = (name: string): object[] => tradeFields.filter((field) => field.name !== name);
const added = { name: 'venue', type: 'string', default: '' };

test('a release freezes what changed, once, with an id of its own', () => {
  expect(releaseSchemas(fixture.folder)).toEqual({ problems: [], released: [] });
  fixture.write('Trade', trade([...tradeFields, added]));
  fixture.write('Quote', { ...trade([added]), name: 'Quote' });
  expect(releaseSchemas(fixture.folder).released).toEqual([
    { schema: 'Quote', version: 1, id: firstOwnSchemaId + 1 },
    { schema: 'Trade', version: 2, id: firstOwnSchemaId + 2 },
  ]);
  expect(readSchemaFolder(fixture.folder).released.map(({ name, version }) => `${name} ${version}`)).toEqual([
    'Quote 1',
    'Trade 1',
    'Trade 2',
  ]);
  expect(problems()).toEqual([]);
});

test('a better explanation is no new version', () => {
  fixture.write('Trade', { ...trade(change('id', { doc: 'Which trade' })), doc: 'A trade' });
  expect(releaseSchemas(fixture.folder).released).toEqual([]);
});

test('an unreleased change gets the id that its release will have', () => {
  fixture.write('Trade', trade([...tradeFields, added]));
  expect(() => generateEvents(fixture.folder)).toThrow(/no id for Trade version 2: npm run generate adds one/);
  writeFileSync(
    join(fixture.folder, idsFile),
    JSON.stringify([
      { id: firstOwnSchemaId, schema: 'Trade', version: 1 },
      { id: firstOwnSchemaId + 5, schema: 'Trade', version: 2 },
    ]),
  );
  const index = generateEvents(fixture.folder).get('events.ts') ?? '';
  expect(index).toContain(`Trade: ${firstOwnSchemaId + 5},`);
  expect(index).toContain(`{ id: ${firstOwnSchemaId}, name: 'Trade', text: `);
  expect(releaseSchemas(fixture.folder).released).toEqual([{ schema: 'Trade', version: 2, id: firstOwnSchemaId + 5 }]);
});

test.each([
  ['a new field with a default', [...tradeFields, added]],
  ['a field with a default goes', without('size')],
  ['fields in another order', [...tradeFields].reverse()],
  [
    'a field of an inner record with a default',
    change('parts', {
      type: { type: 'array', items: { type: 'record', name: 'Part', fields: [{ name: 'at', type: 'long' }, added] } },
    }),
  ],
])('%s may follow: old and new read each other', (_what, fields) => {
  fixture.write('Trade', trade(fields));
  expect(incompatibilities(readSchemaFolder(fixture.folder))).toEqual([]);
  expect(problems()).toEqual([]);
});

describe('what may not follow is named: schema, version, field, what to do', () => {
  test.each([
    [
      'a new field without a default',
      [...tradeFields, { name: 'venue', type: 'string' }],
      /Trade\.venue is new .*: give it a default$/,
    ],
    [
      'a field goes that had no default',
      without('note'),
      /Trade\.note is gone, but old readers demand it: put it back/,
    ],
    ['a field is renamed', change('note', { name: 'remark' }), /Trade\.remark is new .*give it a default/],
    ['a number widens', change('id', { type: 'double' }), /Trade\.id was long, is double: give it its type back/],
    [
      'a value becomes optional',
      change('price', { type: ['null', 'double'], default: null }),
      /Trade\.price was double, is one of null, double/,
    ],
    [
      'an optional value becomes required',
      change('size', { type: 'double', default: 0 }),
      /Trade\.size was one of null, double, is double/,
    ],
    [
      'another choice',
      change('size', { type: ['null', 'double', 'string'] }),
      /Trade\.size may be string now, which old readers cannot read/,
    ],
    ['a choice less', change('size', { type: ['null'] }), /Trade\.size may not be double any more.*put double back/],
    [
      'a new symbol',
      change('side', { type: { type: 'enum', name: 'Side', symbols: ['buy', 'sell', 'short'] } }),
      /Trade\.side has new symbols \(short\)/,
    ],
    [
      'a symbol less',
      change('side', { type: { type: 'enum', name: 'Side', symbols: ['buy'] } }),
      /Trade\.side has lost symbols \(sell\).*put them back/,
    ],
    [
      'another inner type',
      change('tags', { type: { type: 'map', values: 'string' } }),
      /Trade\.tags\{\} was double, is string/,
    ],
    [
      'another inner record',
      change('parts', {
        type: { type: 'array', items: { type: 'record', name: 'Piece', fields: [{ name: 'at', type: 'long' }] } },
      }),
      /Trade\.parts\[\] was record Part, is record Piece/,
    ],
    [
      'an inner field without a default',
      change('parts', {
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'Part',
            fields: [
              { name: 'at', type: 'long' },
              { name: 'by', type: 'string' },
            ],
          },
        },
      }),
      /Trade\.parts\[\]\.by is new/,
    ],
    ['bytes for text', change('raw', { type: 'string' }), /Trade\.raw was bytes, is string/],
  ])('%s', (_what, fields, message) => {
    fixture.write('Trade', trade(fields));
    const found = incompatibilities(readSchemaFolder(fixture.folder));
    expect(found[0]).toMatch(message);
    expect(found[0]).toMatch(/^schemas\/Trade\.avsc against its released version 1: /);
    expect(releaseSchemas(fixture.folder)).toEqual({ problems: found, released: [] });
  });

  test('against every released version, not only the last', () => {
    fixture.write('Trade', trade(without('size')));
    expect(releaseSchemas(fixture.folder).problems).toEqual([]);
    // Version 2 has no `size`, so nothing speaks against another type there; version 1 does.
    fixture.write('Trade', trade(change('size', { type: 'string', default: '' })));
    expect(incompatibilities(readSchemaFolder(fixture.folder))).toEqual([
      expect.stringMatching(/against its released version 1: Trade\.size was one of null, double, is string/),
    ]);
  });

  test('a released schema that is gone', () => {
    fixture.write('Quote', { ...trade([added]), name: 'Quote' });
    releaseSchemas(fixture.folder);
    const left = readSchemaFolder(fixture.folder);
    const gone = { ...left, current: left.current.filter(({ name }) => name !== 'Quote') };
    expect(incompatibilities(gone)).toEqual([expect.stringMatching(/schemas\/Quote\.avsc is gone.*put it back/)]);
  });
});

describe('what was released stays as it was', () => {
  test('its schema', () => {
    const text = readFileSync(releasedFile('1.avsc'), 'utf8');
    writeFileSync(releasedFile('1.avsc'), text.replace('"note"', '"remark"'));
    expect(problems().join('\n')).toMatch(/Trade version 1 is released and never changes/);
  });

  test('its bytes', () => {
    const text = readFileSync(releasedFile('1.golden.json'), 'utf8');
    writeFileSync(
      releasedFile('1.golden.json'),
      text.replace('"note": "binance:usdm:BTCUSDT"', '"note": "binance:usdm:BTCUSDC"'),
    );
    expect(problems()).toEqual([
      expect.stringMatching(/sample 2 is not what the released schema writes/),
      expect.stringMatching(/today's code reads its golden sample 2 and finds something else/),
    ]);
  });

  test('its id', () => {
    const file = join(fixture.folder, idsFile);
    writeFileSync(file, readFileSync(file, 'utf8').replace(String(firstOwnSchemaId), String(firstOwnSchemaId + 1)));
    expect(problems()).toEqual([expect.stringMatching(/Trade version 1 has id 1000000001 for ever/)]);
  });

  test('its place among the versions', () => {
    fixture.write('Trade', trade([...tradeFields, added]));
    releaseSchemas(fixture.folder);
    fixture.write('Trade', trade([...tradeFields, added, { ...added, name: 'lane' }]));
    releaseSchemas(fixture.folder);
    expect(readSchemaFolder(fixture.folder).released.map(({ version }) => version)).toEqual([1, 2, 3]);
    expect(problems()).toEqual([]);
  });
});

test.each([
  [
    'an id twice',
    [
      { id: firstOwnSchemaId, schema: 'A', version: 1 },
      { id: firstOwnSchemaId, schema: 'B', version: 1 },
    ],
    /not above all before it/,
  ],
  [
    'a version twice',
    [
      { id: firstOwnSchemaId, schema: 'A', version: 1 },
      { id: firstOwnSchemaId + 1, schema: 'A', version: 1 },
    ],
    /the second of that version/,
  ],
  ["an id that could be a registry's", [{ id: 7, schema: 'A', version: 1 }], /is not from 1000000001/],
])('%s is refused in schemas/ids.json', (_what, ids, message) => {
  const file = join(fixture.folder, idsFile);
  writeFileSync(file, JSON.stringify(ids));
  expect(() => readSchemaIds(file)).toThrow(message);
});
