/** schemas/released/<Name>/<version>.golden.json: bytes that the version wrote when it was released, and what they mean. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { readAs } from '@screener/events';
import avsc from 'avsc';
import { type NamedSchema, schemaEnding } from './avro-schema.ts';
import type { CurrentSchema, ReleasedSchema, SchemaFolder } from './released-schemas.ts';
import { asReadBy, sampleEvents } from './sample-events.ts';
import { idOf, type SchemaId } from './schema-ids.ts';

interface Golden {
  readonly id: number;
  /** Of the released schema, so that a change of that file is noticed even where the bytes stay the same. */
  readonly sha256: string;
  readonly samples: readonly { readonly bytes: string; readonly event: unknown }[];
}

/** How events are written and read today; the product's own codec, or avsc for schemas that have no codec. */
export interface TodaysCodec {
  encode(schema: CurrentSchema, event: unknown): Uint8Array;
  decode(schema: CurrentSchema, written: ReleasedSchema, bytes: Uint8Array): unknown;
}

export const goldenEnding = '.golden.json';
const HEADER_BYTES = 5;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const typeOf = (schema: NamedSchema): avsc.Type => avsc.Type.forSchema(JSON.parse(JSON.stringify(schema)));
/** JSON has no bytes and no negative zero. */
const special: Readonly<Record<string, number>> = { '-0': -0, NaN: Number.NaN, Infinity, '-Infinity': -Infinity };

export function renderGolden(id: number, schema: NamedSchema, schemaFile: string): string {
  const type = typeOf(schema);
  const samples = sampleEvents(schema).map((event) => ({
    bytes: withHead(id, type.toBuffer(event)),
    event: toJson(event),
  }));
  return `${JSON.stringify({ id, sha256: sha256(schemaFile), samples } satisfies Golden, null, 2)}\n`;
}

function withHead(id: number, body: Buffer): string {
  const head = Buffer.alloc(HEADER_BYTES);
  head.writeInt32BE(id, 1);
  return Buffer.concat([head, body]).toString('hex');
}

/** What is not as it was when it was released, and who cannot read whom: one line each. */
export function goldenProblems(folder: SchemaFolder, ids: readonly SchemaId[], codec: TodaysCodec): readonly string[] {
  return folder.released.flatMap((released) => {
    const { name, version, path } = released;
    const what = `${name} version ${version}`;
    if (!existsSync(path + goldenEnding))
      return [`${what} was released without golden bytes: ${path}${goldenEnding} is missing`];
    const golden = JSON.parse(readFileSync(path + goldenEnding, 'utf8')) as Golden;
    if (golden.sha256 !== sha256(readFileSync(path + schemaEnding, 'utf8'))) {
      return [`${what} is released and never changes, but ${path}${schemaEnding} did: put it back`];
    }
    const current = folder.current.find((each) => each.name === name);
    return [
      ...(golden.id === idOf(ids, name, version)
        ? []
        : [`${what} has id ${golden.id} for ever, but schemas/ids.json does not say so`]),
      ...rewritten(released, golden).map((problem) => `${what}: ${problem}`),
      ...(current === undefined
        ? []
        : exchanged(released, current, golden, codec).map((problem) => `${what}: ${problem}`)),
    ];
  });
}

function rewritten({ schema }: ReleasedSchema, { id, samples }: Golden): readonly string[] {
  const type = typeOf(schema);
  return samples.flatMap(({ bytes, event }, index) =>
    withHead(id, type.toBuffer(fromJson(event))) === bytes
      ? []
      : [`sample ${index + 1} is not what the released schema writes`],
  );
}

function exchanged(
  released: ReleasedSchema,
  current: CurrentSchema,
  golden: Golden,
  codec: TodaysCodec,
): readonly string[] {
  const problems: string[] = [];
  const expectSame = (what: string, read: () => unknown, expected: unknown): void => {
    try {
      if (!isDeepStrictEqual(toJson(read()), toJson(expected))) problems.push(`${what} and finds something else`);
    } catch (cause) {
      problems.push(`${what} and fails: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
  };
  for (const [index, { bytes, event }] of golden.samples.entries()) {
    const expected = asReadBy(current.schema, released.schema, fromJson(event));
    const read = () => codec.decode(current, released, Buffer.from(bytes, 'hex'));
    expectSame(`today's code reads its golden sample ${index + 1}`, read, expected);
  }
  for (const [index, event] of sampleEvents(current.schema).entries()) {
    const read = () => {
      const body = codec.encode(current, event).subarray(HEADER_BYTES);
      return readAs(JSON.stringify(released.schema), JSON.stringify(current.schema), body);
    };
    expectSame(`its reader reads today's sample ${index + 1}`, read, asReadBy(released.schema, current.schema, event));
  }
  return problems;
}

function toJson(value: unknown): unknown {
  if (typeof value === 'number')
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { $number: Object.is(value, -0) ? '-0' : String(value) };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('hex') };
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toJson(inner)]));
}

function fromJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromJson);
  if (typeof value !== 'object' || value === null) return value;
  const { $bytes, $number } = value as { readonly $bytes?: string; readonly $number?: string };
  if ($bytes !== undefined) return Buffer.from($bytes, 'hex');
  if ($number !== undefined) return special[$number];
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fromJson(inner)]));
}
