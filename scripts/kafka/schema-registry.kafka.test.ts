/** The codec bound to a real registry: Apicurio, through its Confluent interface. Needs Java and Maven. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import {
  bindSchemas,
  boundSource,
  decodeAs,
  decodeEvent,
  encodeEvent,
  fileSource,
  firstOwnSchemaId,
  learnSchema,
  refuseOtherSchemaIds,
  schemaTexts,
  useSchemaIds,
} from '@screener/events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { availableBroker } from './available-broker.ts';
import { type RunningRegistry, startLocalRegistry } from './local-registry.ts';

const { kind } = await availableBroker({});
if (kind !== 'java')
  process.stderr.write('SKIPPED: no Java and Maven: that a schema registry serves us is NOT tested\n');
const marker = { openTime: 60_000, missing: ['binance:usdm:BTCUSDT'] };
const gap = { instrument: 'binance:usdm:BTCUSDT', openTime: 60_000, reason: 'Ä gap of a test' };
const START_TIMEOUT_MS = 300_000;

interface AnySchema {
  fields: { name: string; type: unknown; default?: unknown }[];
}
const changed = (name: keyof typeof schemaTexts, change: (schema: AnySchema) => void): string => {
  const schema = JSON.parse(schemaTexts[name]) as AnySchema;
  change(schema);
  return JSON.stringify(schema);
};

describe.skipIf(kind !== 'java')('a schema registry', () => {
  const directory = mkdtempSync(join(tmpdir(), 'registry-'));
  let registry: RunningRegistry;
  const bind = (mode: 'read' | 'write' = 'write') => bindSchemas({ registryUrl: registry.url, mode, notify: () => {} });
  const ask = (path: string, method = 'GET', body?: object): Promise<Response> =>
    fetch(`${registry.url}${path}`, {
      method,
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      ...(body && { body: JSON.stringify(body) }),
    });
  const register = async (subject: string, schema: string): Promise<number> => {
    const answer = await ask(`/subjects/${subject}/versions`, 'POST', { schema });
    expect(answer.status).toBe(200);
    return ((await answer.json()) as { id: number }).id;
  };

  beforeAll(async () => {
    registry = await startLocalRegistry({ directory, notify: () => {} });
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    await registry?.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  beforeEach(async () => {
    for (const subject of (await (await ask('/subjects')).json()) as string[]) {
      await ask(`/subjects/${subject}`, 'DELETE');
      await ask(`/subjects/${subject}?permanent=true`, 'DELETE');
    }
  });
  afterEach(() => useSchemaIds(fileSource));

  test('every schema is registered under its name, fully compatible with all before it, once', async () => {
    await bind();
    const { current } = boundSource();
    const names = Object.keys(schemaTexts).sort();
    expect(Object.keys(current).sort()).toEqual(names);
    expect(((await (await ask('/subjects')).json()) as string[]).sort()).toEqual(
      names.map((name) => `screener.${name}`),
    );
    for (const name of names) {
      expect(await (await ask(`/config/screener.${name}`)).json()).toEqual({ compatibilityLevel: 'FULL_TRANSITIVE' });
    }
    await bind();
    expect(boundSource().current).toEqual(current);
    expect(await (await ask('/subjects/screener.MinuteClosed/versions')).json()).toEqual([1]);
  });

  test('a stranger with the same registry reads what we write, and we read what it writes', async () => {
    await bind();
    const stranger = new SchemaRegistry({ host: registry.url });
    const bytes = encodeEvent('MinuteClosed', marker);
    const id = bytes.readInt32BE(1);
    expect(id).toBeLessThan(firstOwnSchemaId);
    expect({ ...(await stranger.decode(bytes)) }).toEqual(marker);
    expect(decodeEvent(await stranger.encode(id, marker))).toEqual({ type: 'MinuteClosed', event: marker });
  });

  test('a compatible version that somebody registers later is learned when its first record comes', async () => {
    await bind();
    const newer = changed('KlineGap', ({ fields }) => fields.push({ name: 'noticedBy', type: 'string', default: '' }));
    const id = await register('screener.KlineGap', newer);
    const stranger = new SchemaRegistry({ host: registry.url });
    const bytes = await stranger.encode(id, { ...gap, noticedBy: 'somebody' });
    let thrown: unknown;
    try {
      decodeEvent(bytes);
    } catch (cause) {
      thrown = cause;
    }
    expect(await learnSchema(thrown)).toBe(true);
    expect({ ...decodeAs('KlineGap', bytes) }).toEqual(gap);
    // Whoever starts now knows it from the start, and goes on writing its own version.
    await bind();
    expect({ ...decodeAs('KlineGap', bytes) }).toEqual(gap);
    expect(encodeEvent('KlineGap', gap).readInt32BE(1)).not.toBe(id);
  });

  test('a schema of another subject is not taken for one of ours', async () => {
    await bind();
    const id = await register(
      'other.Thing',
      JSON.stringify({ type: 'record', name: 'Thing', namespace: 'other', fields: [{ name: 'a', type: 'int' }] }),
    );
    const stranger = new SchemaRegistry({ host: registry.url });
    const bytes = await stranger.encode(id, { a: 1 });
    let thrown: unknown;
    try {
      decodeEvent(bytes);
    } catch (cause) {
      thrown = cause;
    }
    expect(await learnSchema(thrown)).toBe(false);
    expect(() => decodeEvent(bytes)).toThrow(new RegExp(`schema id ${id} is unknown to ${registry.url}`));
  });

  test('a registry with a version that ours does not fit refuses it, in one line', async () => {
    await register(
      'screener.KlineGap',
      changed('KlineGap', ({ fields }) => fields.push({ name: 'severity', type: 'int' })),
    );
    await ask('/config/screener.KlineGap', 'PUT', { compatibility: 'FULL_TRANSITIVE' });
    const refusal = (await bind().catch((cause: unknown) => cause)) as Error;
    expect(refusal).toMatchObject({ code: 'SCHEMA_INCOMPATIBLE' });
    expect(refusal.message).toContain('has versions of screener.KlineGap that this KlineGap does not fit');
    expect(refusal.message).not.toContain('\n');
    expect(boundSource().kind).toBe('file');
  });

  test('a subject with another compatibility is refused by name', async () => {
    await register('screener.KlineGap', schemaTexts.KlineGap);
    await ask('/config/screener.KlineGap', 'PUT', { compatibility: 'NONE' });
    const refusal = (await bind().catch((cause: unknown) => cause)) as Error;
    expect(refusal).toMatchObject({ code: 'REGISTRY_REFUSED' });
    expect(refusal.message).toMatch(/refuses schema KlineGap: Compatibility does not match/);
  });

  test('whoever only reads registers nothing', async () => {
    await bind('read');
    expect(await (await ask('/subjects')).json()).toEqual([]);
    await bind();
    const bytes = encodeEvent('MinuteClosed', marker);
    await bind('read');
    expect(decodeAs('MinuteClosed', bytes)).toEqual(marker);
  });

  test('a log of the file is refused by whoever is bound to the registry, and the other way round', async () => {
    const ours = encodeEvent('MinuteClosed', marker);
    await bind();
    const theirs = encodeEvent('MinuteClosed', marker);
    expect(() => refuseOtherSchemaIds(ours)).toThrow(/unset SCHEMA_REGISTRY_URL/);
    useSchemaIds(fileSource);
    expect(() => refuseOtherSchemaIds(theirs)).toThrow(/set SCHEMA_REGISTRY_URL to the address/);
  });
});
