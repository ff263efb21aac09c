/** The right to write for one input partition, as a broker gives it (several steps) or as one file does (one step). */

import { ScreenerError } from '@screener/errors';
import { decodeEvent, encodeEvent, type SnapshotTaken } from '@screener/events';
import type { Transactor } from '../engine.ts';
import type { NewRecord } from '../port.ts';
import type { SimulatedEngine } from './simulated-engine.ts';
import type { InputPlace } from './simulated-storage.ts';

export async function simulatedTransactor(engine: SimulatedEngine, place: InputPlace): Promise<Transactor> {
  const { storage, flaw } = engine.world;
  const where = `${place.group} partition ${place.partition}`;
  const readCommitted = () => engine.call(`reads the offset of ${where}`, () => storage.committed(place));
  const before = flaw === 'offset read before the fence' ? await readCommitted() : undefined;
  const epoch = await engine.repeatable(`fences ${where}`, () => storage.fence(place));
  const committed = flaw === 'offset read before the fence' ? before : await readCommitted();
  const rules = new TransactorRules(engine, where, committed);
  return {
    committed,
    commit: (outputs, nextOffset) =>
      rules.obeyed(nextOffset, (isRepeated) => {
        if (isRepeated && flaw === 'a commit of the same offset taken for a repeat') return Promise.resolve();
        return commit(engine, place, epoch, spoiled(outputs, engine), nextOffset);
      }),
    close: async () => {},
  };
}

/** What an engine may rely on: one commit at a time, and none after one that was rejected. */
class TransactorRules {
  readonly #engine: SimulatedEngine;
  readonly #where: string;
  #state: 'idle' | 'committing' | 'dead' = 'idle';
  #offset: number | undefined;

  constructor(engine: SimulatedEngine, where: string, committed: number | undefined) {
    this.#engine = engine;
    this.#where = where;
    this.#offset = committed;
  }

  async obeyed(nextOffset: number, commit: (isRepeated: boolean) => Promise<void>): Promise<void> {
    const { world } = this.#engine;
    if (this.#state !== 'idle') {
      const when = this.#state === 'dead' ? 'after one that was rejected' : 'while another is under way';
      world.violations.push(`${this.#engine.process} begins a commit of ${this.#where} ${when}`);
    }
    const isUpkeep = nextOffset === this.#offset;
    const done = isUpkeep ? this.#engine.upkeepBegins() : () => {};
    this.#state = 'committing';
    try {
      await commit(isUpkeep);
      this.#offset = nextOffset;
      this.#state = 'idle';
    } catch (cause) {
      this.#state = 'dead';
      if (isUpkeep) world.count('upkeeps of unknown outcome');
      throw cause;
    } finally {
      done();
    }
  }
}

async function commit(
  engine: SimulatedEngine,
  place: InputPlace,
  epoch: number,
  outputs: readonly NewRecord[],
  nextOffset: number,
): Promise<void> {
  const { world } = engine;
  const { storage, flaw } = world;
  const { group, partition } = place;
  const failed = (reason: string) => () => new ScreenerError('TRANSACTION_FAILED', { group, partition, reason });
  const unknown = (): ScreenerError => {
    world.count('commits of unknown outcome');
    return failed('whether it was committed is not known')();
  };
  const leftOpen = (): ScreenerError => {
    world.count('transactions left open');
    return failed('its records may be there')();
  };
  const about = world.isTraced ? `${group} partition ${partition} up to ${nextOffset}` : '';
  const setOffset = (): void => {
    storage.mustOwn(place, epoch);
    storage.setCommitted(place, nextOffset);
  };
  const append = (): void => {
    storage.mustOwn(place, epoch);
    storage.append(outputs);
  };
  if (flaw === 'offset before outputs') {
    await engine.call(`commits the offset only, ${about}`, setOffset, unknown);
    await engine.call(`writes the outputs only, ${about}`, append, unknown);
  } else if (flaw === 'outputs before offset') {
    await engine.call(`writes the outputs only, ${about}`, append, unknown);
    await engine.call(`commits the offset only, ${about}`, setOffset, unknown);
  } else if (world.steps === 'one') {
    const all = (): void => storage.commitAtOnce(place, epoch, outputs, nextOffset);
    await engine.call(`commits ${about}`, all, unknown);
  } else {
    // As a producer does it: in pieces, and a crash between them leaves the transaction open.
    const middle = Math.floor(outputs.length / 2);
    for (const piece of [outputs.slice(0, middle), outputs.slice(middle)]) {
      if (piece.length === 0) continue;
      await engine.call(`produces ${about}`, () => storage.produce(place, epoch, piece), leftOpen);
    }
    await engine.repeatable(`commits ${about}`, () => storage.commit(place, epoch, nextOffset), unknown);
  }
}

function spoiled(outputs: readonly NewRecord[], { world: { flaw } }: SimulatedEngine): readonly NewRecord[] {
  switch (flaw) {
    case 'outputs out of order':
      return [...outputs].reverse();
    case 'side offsets forgotten':
      return outputs.filter(({ key }) => !key?.includes('/side/'));
    case 'skipped records forgotten':
      return outputs.filter(({ key }) => !key?.includes('/skip/'));
    case 'snapshots off by one':
      return outputs.map((output) => withOffsetOf(output, 1));
    default:
      return outputs;
  }
}

/** A snapshot that says it stands for a later offset. */
function withOffsetOf(output: NewRecord, more: number): NewRecord {
  if (output.value === null || output.value[0] !== 0) return output;
  const { type, event } = decodeEvent(output.value);
  if (type !== 'SnapshotTaken') return output;
  const later: SnapshotTaken = { ...event, offset: event.offset + more };
  return { ...output, value: encodeEvent('SnapshotTaken', later) };
}
