/** What must never be. */
export type ViolationKind =
  /** An acknowledged entry is not in the input, or an output is missing. */
  | 'lost'
  /** Twice in the input or the output. */
  | 'doubled'
  /** An output that an undisturbed run does not have. */
  | 'foreign'
  /** The same events of a key in another order. */
  | 'order'
  /** State after a replay differs from the live run's, or either from the undisturbed run's. */
  | 'state'
  /** An independent client reads something else. */
  | 'witness'
  /** A side input that stood still, or was used otherwise than recorded. */
  | 'side'
  /** It did not settle after everything was whole again. */
  | 'stalled'
  /** A process ended with an error that nobody foresaw, or did not leave when asked to. */
  | 'crashed';

export interface Violation {
  readonly kind: ViolationKind;
  readonly text: string;
}

const shownMax = 200;

export class ViolationList {
  readonly shown: Violation[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(kind: ViolationKind, text: string): void {
    this.#count += 1;
    if (this.shown.length < shownMax) this.shown.push({ kind, text });
  }
}
