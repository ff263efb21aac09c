/** What became of each minute, kept as runs of minutes of the same kind: its size follows what changes, not the time it covers. */

/** received: pushed. repaired: fetched. exchangeEmpty: without trades, a flat candle. gap: recorded as lost. none: no record. */
export const minuteKinds = ['received', 'repaired', 'exchangeEmpty', 'corrected', 'gap', 'none'] as const;
export type MinuteKind = (typeof minuteKinds)[number];

export interface MinuteClass {
  readonly kind: MinuteKind;
  /** Why a gap is one. */
  readonly reason?: string | undefined;
}

/** Minutes are numbers of minutes since 1970; `to` is the first one after the run. */
export interface MinuteRun extends MinuteClass {
  readonly from: number;
  readonly to: number;
}

interface Piece extends MinuteClass {
  readonly from: number;
}

const none: MinuteClass = { kind: 'none' };

export class MinuteRuns {
  /** Ascending; each ends where the next begins, the last one at `#end`. Neighbours differ. */
  readonly #pieces: Piece[] = [];
  #end = 0;

  get isEmpty(): boolean {
    return this.#pieces.length === 0;
  }

  get start(): number {
    return this.#pieces[0]?.from ?? this.#end;
  }

  /** The first minute after the last one. */
  get end(): number {
    return this.#end;
  }

  at(minute: number): MinuteClass {
    if (minute < this.start || minute >= this.#end) return none;
    return this.#pieces[this.#indexOf(minute)] ?? none;
  }

  /** Minutes between what is there and a minute outside of it become `none`. */
  set(minute: number, { kind, reason }: MinuteClass): void {
    const piece: Piece = { from: minute, kind, reason };
    if (this.isEmpty) {
      this.#pieces.push(piece);
      this.#end = minute + 1;
    } else if (minute >= this.#end) {
      if (minute > this.#end) this.#push({ from: this.#end, ...none });
      this.#push(piece);
      this.#end = minute + 1;
    } else if (minute < this.start) {
      const rest: Piece[] = minute + 1 < this.start ? [{ from: minute + 1, ...none }] : [];
      this.#pieces.unshift(piece, ...rest);
      this.#join(rest.length);
    } else {
      this.#replace(piece);
    }
  }

  /** The runs inside of [from, to), `none` where nothing is known. */
  *within(from: number, to: number): Generator<MinuteRun> {
    if (from >= to) return;
    if (this.isEmpty || to <= this.start || from >= this.#end) {
      yield { from, to, ...none };
      return;
    }
    if (from < this.start) yield { from, to: this.start, ...none };
    for (let index = this.#indexOf(Math.max(from, this.start)); index < this.#pieces.length; index++) {
      const piece = this.#pieces[index];
      if (piece === undefined || piece.from >= to) break;
      const end = this.#pieces[index + 1]?.from ?? this.#end;
      yield { ...piece, from: Math.max(from, piece.from), to: Math.min(to, end) };
    }
    if (to > this.#end) yield { from: this.#end, to, ...none };
  }

  /** The last piece that does not begin after the minute. */
  #indexOf(minute: number): number {
    let low = 0;
    let high = this.#pieces.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#pieces[middle]?.from ?? 0) <= minute) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #push(piece: Piece): void {
    const last = this.#pieces.at(-1);
    if (last === undefined || !isSame(last, piece)) this.#pieces.push(piece);
  }

  /** Cuts the minute out of the run that it lies in. */
  #replace(piece: Piece): void {
    const index = this.#indexOf(piece.from);
    const old = this.#pieces[index];
    if (old === undefined || isSame(old, piece)) return;
    const end = this.#pieces[index + 1]?.from ?? this.#end;
    const before = old.from < piece.from ? [old] : [];
    const after = piece.from + 1 < end ? [{ ...old, from: piece.from + 1 }] : [];
    this.#pieces.splice(index, 1, ...before, piece, ...after);
    this.#join(index + before.length);
    this.#join(index + before.length - 1);
  }

  /** Makes one of this piece and the next where they are the same. */
  #join(index: number): void {
    const [left, right] = [this.#pieces[index], this.#pieces[index + 1]];
    if (left !== undefined && right !== undefined && isSame(left, right)) this.#pieces.splice(index + 1, 1);
  }
}

const isSame = (left: MinuteClass, right: MinuteClass): boolean =>
  left.kind === right.kind && left.reason === right.reason;
