/**
 * Pumps and dumps: every minute one begins, in turn, on the next symbol of a shuffled order. They depend on seed
 * and minute alone, never on when the simulator was started: so at any moment a fresh pump and a fresh dump are under
 * way, history is full of older ones, and a restart finds the same past.
 */
import { mix, unitOf } from './hash.ts';

export interface Move {
  readonly startMinute: number;
  readonly endMinute: number;
  /** Change of the logarithm of the price at the top (or bottom). */
  readonly size: number;
}

const blockMinutes = 2;
const dayMinutes = 1_440;
const blocksPerDay = dayMinutes / blockMinutes;
const sizeMin = 0.032;
const sizeMax = 0.07;
/** Share of the move that is done by the end of each of its first minutes. */
const climb = [0, 0.36, 0.72, 0.92, 1];
const climbMinutes = climb.length - 1;
const fadeMinutesMin = 90;
const fadeMinutesMax = 230;
const volumeFactors = [11, 13, 8, 5, 3.5, 2.6, 2.2, 2, 1.8, 1.6, 1.5, 1.4, 1.3, 1.2, 1.1];
/** Days of moves kept in memory; they can always be computed anew. */
const daysKeptMax = 64;
/** The largest coins do not pump, where there are enough others. */
const calmLeaders = 4;

export class Moves {
  readonly #seed: number;
  readonly #movers: readonly number[];
  readonly #days = new Map<number, ReadonlyMap<number, readonly Move[]>>();

  constructor(seed: number, instruments: number) {
    this.#seed = mix(seed, 0x6d6f7665);
    const first = instruments > 2 * calmLeaders ? calmLeaders : 0;
    this.#movers = shuffled(
      Array.from({ length: instruments - first }, (_, index) => first + index),
      this.#seed,
    );
  }

  /** Moves of one instrument that can be felt in an hour (the hour's end included). */
  of(instrument: number, hour: number): readonly Move[] {
    const from = hour * 60;
    const day = Math.floor(from / dayMinutes);
    const near = [...(this.#day(day - 1).get(instrument) ?? []), ...(this.#day(day).get(instrument) ?? [])];
    return near.filter(({ startMinute, endMinute }) => startMinute <= from + 60 && endMinute >= from);
  }

  #day(day: number): ReadonlyMap<number, readonly Move[]> {
    const known = this.#days.get(day);
    if (known !== undefined) return known;
    const moves = new Map<number, Move[]>();
    for (let block = day * blocksPerDay; block < (day + 1) * blocksPerDay; block++) {
      for (const direction of [1, -1]) {
        const turn = 2 * block + (direction === 1 ? 0 : 1);
        const draw = mix(this.#seed, turn);
        const startMinute = block * blockMinutes + (direction === 1 ? 0 : blockMinutes / 2);
        const move = {
          startMinute,
          endMinute:
            startMinute +
            climbMinutes +
            Math.floor(fadeMinutesMin + unitOf(mix(draw, 1)) * (fadeMinutesMax - fadeMinutesMin)),
          size: direction * (sizeMin + unitOf(mix(draw, 2)) ** 2 * (sizeMax - sizeMin)),
        };
        const instrument = this.#whoseTurn(turn);
        const others = moves.get(instrument);
        if (others === undefined) moves.set(instrument, [move]);
        else others.push(move);
      }
    }
    if (this.#days.size >= daysKeptMax) this.#days.delete(this.#days.keys().next().value ?? day);
    this.#days.set(day, moves);
    return moves;
  }

  /** Everybody once per cycle, in another order each time, yet never the same one twice in quick succession. */
  #whoseTurn(turn: number): number {
    const count = this.#movers.length;
    const cycle = Math.floor(turn / count);
    const place = turn % count;
    const half = Math.floor(count / 2);
    const [from, to] = place < half ? [0, half] : [half, count];
    const order = shuffled(this.#movers.slice(from, to), mix(mix(this.#seed, cycle), from));
    return order[place - from] ?? 0;
  }
}

/** What the moves add to the logarithm of the price at the beginning of a minute. */
export function shiftAt(moves: readonly Move[], minute: number): number {
  let shift = 0;
  for (const { startMinute, endMinute, size } of moves) {
    if (minute <= startMinute || minute >= endMinute) continue;
    const age = minute - startMinute;
    shift += size * (climb[age] ?? (endMinute - minute) / (endMinute - startMinute - climbMinutes));
  }
  return shift;
}

/** How much more is traded in a minute, and by whom: pressure above 0 means buyers. */
export function crowdIn(
  moves: readonly Move[],
  minute: number,
): { readonly factor: number; readonly pressure: number } {
  let factor = 1;
  let pressure = 0;
  for (const { startMinute, size } of moves) {
    const more = volumeFactors[minute - startMinute];
    if (more === undefined || more <= factor) continue;
    factor = more;
    pressure = minute - startMinute <= climbMinutes ? Math.sign(size) : 0;
  }
  return { factor, pressure };
}

function shuffled(items: readonly number[], seed: number): readonly number[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(unitOf(mix(seed, last)) * (last + 1));
    const kept = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = kept;
  }
  return order;
}
