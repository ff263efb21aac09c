/** Decides at the start where schema ids come from, and what happens when one is met that nobody knows. */
import { reasonOf, ScreenerError } from '@screener/errors';
import { checkedSchemaId, schemaIdIn } from './codec.ts';
import { addKnownSchema, boundSource, fileSource, knownSchema, sourceKindOf, useSchemaIds } from './known-schemas.ts';
import { UndecodableEvent } from './undecodable-event.ts';

export interface BindSchemasOptions {
  /** SCHEMA_REGISTRY_URL; without it schemas/ids.json gives the ids. */
  readonly registryUrl?: string | undefined;
  /** `read`: registers nothing. Default `write`. */
  readonly mode?: 'read' | 'write';
  readonly notify: (text: string) => void;
  /** How long to wait for a registry that does not answer. */
  readonly waitMs?: number;
  readonly signal?: AbortSignal;
}

const WAIT_MS = 60_000;
const RETRY_FIRST_MS = 250;
const RETRY_LONGEST_MS = 5_000;
/** A poisoned topic must not turn into a storm of questions: ids that are not there are remembered, up to so many. */
const ABSENT_MOST = 1_000;
const absent = new Set<number>();

/** Called once, before the log is opened. */
export async function bindSchemas(options: BindSchemasOptions): Promise<void> {
  absent.clear();
  const { registryUrl: url, mode = 'write', notify, waitMs = WAIT_MS, signal } = options;
  if (url === undefined) return useSchemaIds(fileSource);
  const deadline = performance.now() + waitMs;
  for (let delayMs = RETRY_FIRST_MS; ; delayMs = Math.min(delayMs * 2, RETRY_LONGEST_MS)) {
    try {
      // Loaded only where it is used: most installations have no registry.
      const { readRegistry } = await import('./schema-registry.ts');
      return useSchemaIds(await readRegistry({ url, mode }));
    } catch (cause) {
      const patient = cause instanceof ScreenerError && cause.retryable && performance.now() + delayMs < deadline;
      if (!patient) throw cause;
      notify(`${reasonOf(cause)}; it is asked again in ${delayMs / 1_000} s`);
      await waited(delayMs, signal);
    }
  }
}

/**
 * A record could not be decoded: asks the registry once for its schema. True: it is known now, decode the record again.
 * Rejects where the registry does not answer: then nobody knows whether the record is bad.
 */
export async function learnSchema(thrown: unknown): Promise<boolean> {
  const id = thrown instanceof UndecodableEvent ? thrown.unknownSchemaId : undefined;
  return id !== undefined && learnSchemaOf(id);
}

/**
 * The same for a batch before it is decoded: for whoever takes records as they come. What stays unknown is undecodable. Costs
 * nothing where there is no registry, and a look at each head where there is one.
 */
export async function learnSchemas(records: Iterable<{ readonly value: Uint8Array | null }>): Promise<void> {
  if (boundSource().find === undefined) return;
  for (const { value } of records) {
    const id = value === null ? undefined : schemaIdIn(value);
    if (id !== undefined && knownSchema(id) === undefined) await learnSchemaOf(id);
  }
}

async function learnSchemaOf(id: number): Promise<boolean> {
  const { find } = boundSource();
  if (find === undefined || sourceKindOf(id) !== 'registry' || absent.has(id)) return false;
  const found = await find(id);
  if (found === undefined) {
    if (absent.size < ABSENT_MOST) absent.add(id);
    return false;
  }
  addKnownSchema(found);
  return true;
}

/** One record of a log at its start: refuses a log whose ids come from elsewhere, in one line. */
export function refuseOtherSchemaIds(value: Uint8Array): void {
  const id = checkedSchemaId(value);
  const bound = boundSource();
  const kind = sourceKindOf(id);
  if (kind === bound.kind) return;
  throw new ScreenerError('SCHEMA_IDS_DIFFER', {
    id,
    found: kind === 'file' ? 'schemas/ids.json' : 'a schema registry',
    bound: bound.name,
    hint:
      kind === 'file'
        ? 'unset SCHEMA_REGISTRY_URL, or begin a new log'
        : 'set SCHEMA_REGISTRY_URL to the address of that registry',
  });
}

function waited(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const timer = setTimeout(resolve, delayMs);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
