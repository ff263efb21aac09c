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

const sizeMin = 0.038;
const sizeMax = 0.07;
/** Share of the move that is done by the end of each of its first minutes. */
const climb = [0, 0.36, 0.72, 0.92, 1];
const climbMinutes = climb.length - 1;
const fadeMinutesMin = 90;
const fadeMinutesMax = 230;
const volumeFactors = [26, 30, 20, 11, 6, 3.5, 2.6, 2.2, 2, 1.8, 1.6, 1.5, 1.4, 1.3, 1.2];
/** Orders of a cycle kept in memory; they can always be computed anew. */
const cyclesKeptMax = 4_096;
/** The largest coins do not pump, where there are enough others. */
const calmLeaders = 4;

export class Moves {
  readonly #seed: number;
  readonly #movers: readonly number[];
  /** Which of the movers an instrument is. */
  readonly #places: ReadonlyMap<number, number>;
  /** When in a cycle each of the movers has its turn. */
  readonly #cycles = new Map<number, Int32Array>();

  /** `lively`: who may pump at all. */
  constructor(seed: number, lively: readonly boolean[]) {
    this.#seed = mix(seed, 0x6d6f7665);
    const first = lively.length > 2 * calmLeaders ? calmLeaders : 0;
    this.#movers = shuffled(
      [...lively.keys()].filter((index) => index >= first && lively[index] === true),
      this.#seed,
    );
    this.#places = new Map(this.#movers.map((instrument, place) => [instrument, place]));
  }

  /** Moves of one instrument that can be felt in an hour (the hour's end included). */
  of(instrument: number, hour: number): readonly Move[] {
    const mover = this.#places.get(instrument);
    if (mover === undefined) return [];
    const [from, count] = [hour * 60, this.#movers.length];
    const moves: Move[] = [];
    const last = Math.floor((from + 60) / count);
    for (let cycle = Math.floor((from - climbMinutes - fadeMinutesMax) / count); cycle <= last; cycle++) {
      const move = this.#moveAt(cycle * count + (this.#turns(cycle)[mover] ?? 0));
      if (move.startMinute <= from + 60 && move.endMinute >= from) moves.push(move);
    }
    return moves;
  }

  /** One begins each minute, a pump and a dump in turn. */
  #moveAt(minute: number): Move {
    const draw = mix(this.#seed, minute);
    const fade = Math.floor(fadeMinutesMin + unitOf(mix(draw, 1)) * (fadeMinutesMax - fadeMinutesMin));
    const direction = minute % 2 === 0 ? 1 : -1;
    return {
      startMinute: minute,
      endMinute: minute + climbMinutes + fade,
      size: direction * (sizeMin + unitOf(mix(draw, 2)) ** 2 * (sizeMax - sizeMin)),
    };
  }

  /** Everybody once per cycle, in another order each time, yet never the same one twice in quick succession. */
  #turns(cycle: number): Int32Array {
    const known = this.#cycles.get(cycle);
    if (known !== undefined) return known;
    const count = this.#movers.length;
    const half = Math.floor(count / 2);
    const turns = new Int32Array(count);
    for (const [from, to] of [[0, half] as const, [half, count] as const]) {
      const members = Array.from({ length: to - from }, (_, index) => from + index);
      const order = shuffled(members, mix(mix(this.#seed, cycle), from));
      for (const [place, mover] of order.entries()) turns[mover] = from + place;
    }
    if (this.#cycles.size >= cyclesKeptMax) this.#cycles.clear();
    this.#cycles.set(cycle, turns);
    return turns;
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
