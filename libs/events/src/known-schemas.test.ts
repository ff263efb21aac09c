/** Records that older versions wrote, and ids that nobody knows. */
import { ScreenerError } from '@screener/errors';
import avsc from 'avsc';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { learnSchema, learnSchemas, refuseOtherSchemaIds } from './bind-schemas.ts';
import { decodeEvent, encodeEvent, eventNameOf } from './codec.ts';
import { firstOwnSchemaId, schemaIds, schemaTexts } from './generated/events.ts';
import { fileSource, type SchemaVersion, useSchemaIds } from './known-schemas.ts';
import { UndecodableEvent } from './undecodable-event.ts';

/** Of the records in a list of MetricsClosed. */
const fieldsOf = (list: string): readonly { readonly name: string }[] => {
  const { fields } = JSON.parse(schemaTexts.MetricsClosed) as {
    fields: { name: string; type: { items: { fields: { name: string }[] } } }[];
  };
  return fields.find(({ name }) => name === list)?.type.items.fields ?? [];
};

/** MetricsClosed as it might have been: an inner field less, one that is gone since, narrower types in another order. */
const olderText = JSON.stringify({
  type: 'record',
  name: 'MetricsClosed',
  namespace: 'screener',
  fields: [
    { name: 'openTime', type: 'int' },
    { name: 'instrument', type: 'string' },
    { name: 'extra', type: { type: 'map', values: ['null', 'bytes', { type: 'fixed', name: 'Hash', size: 4 }] } },
    { name: 'price', type: 'float' },
    {
      name: 'windows',
      type: {
        type: 'array',
        items: {
          type: 'record',
          name: 'Window',
          fields: fieldsOf('windows'),
        },
      },
    },
    {
      name: 'indicators',
      type: {
        type: 'array',
        items: {
          type: 'record',
          name: 'BarIndicators',
          fields: [
            { name: 'interval', type: 'string' },
            { name: 'barOpenTime', type: 'long' },
          ],
        },
      },
    },
  ],
});
const older: SchemaVersion = { id: firstOwnSchemaId + 900, name: 'MetricsClosed', text: olderText };
const olderType = avsc.Type.forSchema(JSON.parse(olderText));
const bytesOf = (id: number, event: object): Buffer => {
  const head = Buffer.alloc(5);
  head.writeInt32BE(id, 1);
  return Buffer.concat([head, olderType.toBuffer(event)]);
};
const window = {
  minutes: 1,
  open: 1,
  oldestClose: 1,
  high: 1,
  low: 1,
  close: 1,
  volume: 1,
  quoteVolume: 1,
  trades: 1,
  takerBuyQuoteVolume: 1,
};
const written = {
  openTime: 60_000,
  instrument: 'a:b:C',
  extra: { x: null, y: { bytes: Buffer.from('z') } },
  price: 0.5,
  windows: [window],
  indicators: [{ interval: '1h', barOpenTime: 1 }],
};

beforeEach(() => useSchemaIds({ ...fileSource, older: [older] }));
afterEach(() => useSchemaIds(fileSource));

test('a record of an older version is read as one of today, defaults filled in', () => {
  const bytes = bytesOf(older.id, written);
  expect(eventNameOf(bytes)).toBe('MetricsClosed');
  const { type, event } = decodeEvent(bytes);
  expect(type).toBe('MetricsClosed');
  const absent = Object.fromEntries(
    fieldsOf('indicators')
      .slice(2)
      .map(({ name }) => [name, null]),
  );
  expect(JSON.parse(JSON.stringify(event))).toEqual({
    instrument: 'a:b:C',
    openTime: 60_000,
    price: 0.5,
    revised: false,
    statistics: null,
    windows: [window],
    indicators: [{ interval: '1h', barOpenTime: 1, ...absent }],
  });
});

test('damaged records of an older version are undecodable, or events, and cost what they weigh', () => {
  const whole = bytesOf(older.id, written);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), fc.nat(), (changes, cut) => {
      const bytes = Buffer.from(whole);
      for (const [place, byte] of changes) bytes[5 + (place % (bytes.length - 5))] = byte;
      const damaged = changes.length === 0 ? bytes.subarray(0, 5 + (cut % (bytes.length - 5))) : bytes;
      try {
        expect(decodeEvent(damaged).type).toBe('MetricsClosed');
        expect(changes.length).toBeGreaterThan(0);
      } catch (thrown) {
        if (!(thrown instanceof UndecodableEvent)) throw thrown;
      }
    }),
    { numRuns: 3_000 },
  );
});

test('a count beyond the bytes stops an older record as it stops one of today', () => {
  const small = olderType.toBuffer({ ...written, extra: {}, windows: [], indicators: [] });
  // The last byte is the empty list of indicators: 2^40 of them instead.
  const bytes = Buffer.concat([
    bytesOf(older.id, written).subarray(0, 5),
    small.subarray(0, -1),
    Buffer.from('808080808040', 'hex'),
  ]);
  expect(() => decodeEvent(bytes)).toThrow(/the body is not a MetricsClosed: it goes on after/);
});

const registry = (find: (id: number) => Promise<SchemaVersion | undefined>) =>
  useSchemaIds({
    name: 'http://registry',
    kind: 'registry',
    current: { MinuteClosed: 3, KlineGap: 4 },
    older: [],
    find,
  });
const unknown = (id: number): UndecodableEvent => {
  try {
    decodeEvent(bytesOf(id, written));
  } catch (thrown) {
    if (thrown instanceof UndecodableEvent) return thrown;
  }
  throw new Error(`id ${id} is known`);
};

test('with a registry its ids are written, and an unknown one is asked for once', async () => {
  const find = vi.fn(async (id: number) => (id === 77 ? { ...older, id } : undefined));
  registry(find);
  const marker = encodeEvent('MinuteClosed', { openTime: 1, missing: [] });
  expect(marker.readInt32BE(1)).toBe(3);
  expect(decodeEvent(marker).type).toBe('MinuteClosed');
  expect(await learnSchema(unknown(77))).toBe(true);
  expect(decodeEvent(bytesOf(77, written)).type).toBe('MetricsClosed');
  expect(await learnSchema(unknown(78))).toBe(false);
  expect(await learnSchema(unknown(78))).toBe(false);
  expect(find.mock.calls).toEqual([[77], [78]]);
});

test('the unknown ones of a batch are learned before it is decoded, each with one question', async () => {
  const find = vi.fn(async (id: number) => (id === 79 ? { ...older, id } : undefined));
  registry(find);
  const values = [null, bytesOf(79, written), new Uint8Array(2), bytesOf(79, written), bytesOf(80, written)];
  await learnSchemas(values.map((value) => ({ value })));
  expect(decodeEvent(bytesOf(79, written)).type).toBe('MetricsClosed');
  await learnSchemas(values.map((value) => ({ value })));
  expect(find.mock.calls).toEqual([[79], [80]]);
  registry(() => Promise.reject(new Error('no answer')));
  await expect(learnSchemas([{ value: bytesOf(81, written) }])).rejects.toThrow('no answer');
  useSchemaIds(fileSource);
  await learnSchemas([{ value: bytesOf(81, written) }]);
});

test('what is not a matter of unknown ids is not asked for', async () => {
  const find = vi.fn(async () => undefined);
  registry(find);
  expect(await learnSchema(new UndecodableEvent('the body is not a MinuteClosed'))).toBe(false);
  expect(await learnSchema(new Error('something else'))).toBe(false);
  expect(await learnSchema(unknown(schemaIds.MetricsClosed))).toBe(false);
  expect(find).not.toHaveBeenCalled();
});

test('a log of the other kind of ids is refused in one line that says what to do', () => {
  const ours = encodeEvent('KlineGap', { instrument: 'a:b:C', openTime: 1, reason: '' });
  refuseOtherSchemaIds(ours);
  registry(async () => undefined);
  const theirs = encodeEvent('KlineGap', { instrument: 'a:b:C', openTime: 1, reason: '' });
  refuseOtherSchemaIds(theirs);
  const refusalOf = (bytes: Uint8Array): unknown => {
    try {
      refuseOtherSchemaIds(bytes);
    } catch (thrown) {
      return thrown;
    }
    return undefined;
  };
  const withRegistry = refusalOf(ours);
  expect(withRegistry).toBeInstanceOf(ScreenerError);
  expect(withRegistry).toMatchObject({
    code: 'SCHEMA_IDS_DIFFER',
    message: expect.stringContaining('unset SCHEMA_REGISTRY_URL'),
  });
  useSchemaIds(fileSource);
  expect(refusalOf(theirs)).toMatchObject({ message: expect.stringContaining('set SCHEMA_REGISTRY_URL to') });
  expect(() => decodeEvent(theirs)).toThrow(/schema id 4 is one of a schema registry/);
});

test('what is open for reading only cannot be written with', () => {
  registry(async () => undefined);
  expect(() => encodeEvent('Heartbeat', {} as never)).toThrow('http://registry has no id for Heartbeat');
});
