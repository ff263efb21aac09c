/**
 * Ids from a schema registry (Confluent's, Redpanda's, Apicurio's): subject `screener.<Name>`, compatibility
 * FULL_TRANSITIVE. Everything is fetched at the start, so that encoding and decoding stay synchronous.
 */
import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { reasonOf, ScreenerError } from '@screener/errors';
import { type EventTypes, schemaTexts } from './generated/events.ts';
import type { SchemaIdSource, SchemaVersion } from './known-schemas.ts';
import { olderReader, sameLayout } from './older-reader.ts';
import { RegistryAddress } from './registry-address.ts';

type EventName = keyof EventTypes;

export interface RegistryOptions {
  readonly url: string;
  /** `write` registers what is missing; `read` takes what is there. */
  readonly mode: 'read' | 'write';
}

/** One subject has at most so many versions; more are not read. */
const VERSIONS_MOST = 1_000;
const NOT_FOUND = 404;
const CONFLICTS: readonly number[] = [409, 422];
const names = Object.keys(schemaTexts) as EventName[];
const subjectOf = (name: EventName): string => `screener.${name}`;

export async function readRegistry({ url, mode }: RegistryOptions): Promise<SchemaIdSource> {
  const address = new RegistryAddress(url);
  const subjects = await address.subjects();
  const { host, auth } = address;
  // Retrying is the business of whoever called: it knows how long waiting makes sense.
  const registry = new SchemaRegistry({
    host,
    clientId: 'crypto-screener',
    retry: { retries: 0 },
    ...(auth && { auth }),
  });
  const session = new RegistrySession(registry, address);
  const current: Partial<Record<EventName, number>> = {};
  const older: SchemaVersion[] = [];
  for (const name of names) {
    const present = subjects.has(subjectOf(name)) ? await session.versionsOf(name) : [];
    older.push(...present);
    const id =
      mode === 'write'
        ? await session.register(name)
        : present.findLast(({ text }) => sameLayout(text, schemaTexts[name]))?.id;
    if (id !== undefined) current[name] = id;
  }
  return { name: address.shown, kind: 'registry', current, older, find: (id) => session.find(id) };
}

class RegistrySession {
  readonly #registry: SchemaRegistry;
  readonly #address: RegistryAddress;

  constructor(registry: SchemaRegistry, address: RegistryAddress) {
    this.#registry = registry;
    this.#address = address;
  }

  async register(name: EventName): Promise<number> {
    const schema = { type: SchemaType.AVRO, schema: schemaTexts[name] } as const;
    const options = { subject: subjectOf(name), compatibility: COMPATIBILITY.FULL_TRANSITIVE };
    try {
      const { id } = await this.#registry.register(schema, options);
      return id;
    } catch (cause) {
      throw await this.#explained(cause, name, `schema ${name}`);
    }
  }

  /** Every version there is, oldest first. */
  async versionsOf(name: EventName): Promise<readonly SchemaVersion[]> {
    const versions: SchemaVersion[] = [];
    for (let version = 1; version <= VERSIONS_MOST; version++) {
      try {
        const id = await this.#registry.getRegistryId(subjectOf(name), version);
        versions.push({ id, name, text: await this.#textOf(id) });
      } catch (cause) {
        if (statusOf(cause) === NOT_FOUND) return versions;
        throw await this.#explained(cause, name, `version ${version} of ${name}`);
      }
    }
    return versions;
  }

  /** A schema by its id, if it is a version of one of ours that this version can read. */
  async find(id: number): Promise<SchemaVersion | undefined> {
    try {
      const text = await this.#textOf(id);
      const { name: fullName } = JSON.parse(text) as { readonly name: string };
      const name = names.find((each) => subjectOf(each) === fullName);
      if (name === undefined) return undefined;
      olderReader(text, schemaTexts[name]);
      return { id, name, text };
    } catch (cause) {
      if (statusOf(cause) === NOT_FOUND) return undefined;
      throw await this.#explained(cause, undefined, `schema id ${id}`);
    }
  }

  async #textOf(id: number): Promise<string> {
    // The library keeps the schema as avsc's type, which prints itself with full names and without explanations.
    return JSON.stringify(await this.#registry.getSchema(id));
  }

  /** The library tells a lost connection as status 400: whether the registry is there at all is asked again. */
  async #explained(cause: unknown, name: EventName | undefined, what: string): Promise<Error> {
    if (cause instanceof ScreenerError) return cause;
    await this.#address.subjects();
    const facts = { address: this.#address.shown, reason: this.#address.withoutSecrets(reasonOf(cause)) };
    if (name !== undefined && CONFLICTS.includes(statusOf(cause) ?? 0)) {
      return new ScreenerError('SCHEMA_INCOMPATIBLE', { ...facts, schema: name, subject: subjectOf(name) }, { cause });
    }
    return new ScreenerError('REGISTRY_REFUSED', { ...facts, what }, { cause });
  }
}

function statusOf(cause: unknown): number | undefined {
  return cause instanceof Error && 'status' in cause && typeof cause.status === 'number' ? cause.status : undefined;
}
