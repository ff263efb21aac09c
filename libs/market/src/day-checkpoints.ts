import { ByteReader, ByteWriter } from './byte-codec.ts';
import { readBlocks, writeBlocks } from './column-codec.ts';
import { WINDOW_MINUTES_MAX } from './interval.ts';

/** What indicators remembered before a minute was taken in. */
export interface Checkpoint {
  readonly minute: number;
  readonly bytes: Uint8Array;
}

const DAY_MINUTES = WINDOW_MINUTES_MAX;

/**
 * What indicators remembered at the last two midnights (UTC), where every bar that they run on has just ended; or at the first
 * minute, as long as there is no older one. A minute of the last 1,440 never lies before the older of the two.
 */
export class DayCheckpoints {
  #older: Checkpoint | undefined;
  #newer: Checkpoint | undefined;

  /** Nothing was taken in before `minute`. */
  begin(minute: number, memory: Float64Array): void {
    this.#newer = { minute, bytes: encode(memory) };
  }

  /** The minute is over: at the end of a day the memory is kept. */
  closed(minute: number, memory: Float64Array): void {
    if ((minute + 1) % DAY_MINUTES !== 0) return;
    this.#older = this.#newer;
    this.#newer = { minute: minute + 1, bytes: encode(memory) };
  }

  /** The newest that stands before the minute. */
  before(minute: number): Checkpoint | undefined {
    return [this.#newer, this.#older].find((checkpoint) => checkpoint !== undefined && checkpoint.minute <= minute);
  }

  /** A copy without those after this one: the run that is repeated from it makes them again. */
  upTo(checkpoint: Checkpoint): DayCheckpoints {
    const copy = new DayCheckpoints();
    copy.#older = checkpoint === this.#older ? undefined : this.#older;
    copy.#newer = checkpoint;
    return copy;
  }

  /** Lets `change` have another look at what was remembered. */
  amend(length: number, change: (minute: number, memory: Float64Array) => void): void {
    const amended = (checkpoint: Checkpoint | undefined): Checkpoint | undefined => {
      if (checkpoint === undefined) return undefined;
      const memory = new Float64Array(length);
      restoreCheckpoint(checkpoint, memory);
      change(checkpoint.minute, memory);
      return { minute: checkpoint.minute, bytes: encode(memory) };
    };
    this.#older = amended(this.#older);
    this.#newer = amended(this.#newer);
  }

  /** Whether it holds of all that was remembered. */
  every(length: number, holds: (memory: Float64Array) => boolean): boolean {
    const memory = new Float64Array(length);
    return [this.#older, this.#newer].every((checkpoint) => {
      if (checkpoint === undefined) return true;
      restoreCheckpoint(checkpoint, memory);
      return holds(memory);
    });
  }

  writeTo(to: ByteWriter): void {
    const kept = [this.#older, this.#newer].filter((checkpoint) => checkpoint !== undefined);
    to.byte(kept.length);
    for (const { minute, bytes } of kept) {
      to.whole(minute);
      to.whole(bytes.length);
      to.bytes(bytes);
    }
  }

  readFrom(reader: ByteReader): void {
    const count = reader.byte();
    if (count > 2) throw new RangeError(`${count} checkpoints`);
    const kept = Array.from({ length: count }, () => {
      const minute = reader.whole();
      return { minute, bytes: reader.bytes(reader.whole()).slice() };
    });
    this.#newer = kept.pop();
    this.#older = kept.pop();
  }
}

const writer = new ByteWriter();

function encode(memory: Float64Array): Uint8Array {
  writer.clear();
  writeBlocks(writer, memory);
  return writer.finish();
}

export const restoreCheckpoint = ({ bytes }: Checkpoint, memory: Float64Array): void =>
  readBlocks(new ByteReader(bytes), memory);
