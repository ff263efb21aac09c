/** Everything that can be made to go wrong. */
export const faultKinds = [
  'kill',
  'zombie',
  'member-added',
  'member-removed',
  'side-change',
  'broker-restart',
  'broker-kill',
  'leader-kill',
  'network-cut',
  'network-silence',
  'network-half-open',
  'network-delay',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export class FaultLedger {
  readonly #fired = new Map<FaultKind, number>();
  readonly #vain = new Map<FaultKind, number>();
  readonly #planned: ReadonlySet<FaultKind>;
  readonly #killed = new Map<string, number>();

  constructor(planned: readonly FaultKind[]) {
    this.#planned = new Set(planned);
  }

  /** `fired`: it had something to break and broke it. Without that it proves nothing and does not count. */
  record(kind: FaultKind, fired: boolean): void {
    const counts = fired ? this.#fired : this.#vain;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }

  /** SIGKILL met a process that had partitions of these groups. */
  recordKilled(groups: readonly string[]): void {
    for (const group of groups) this.#killed.set(group, (this.#killed.get(group) ?? 0) + 1);
  }

  /** How often an owner of some partition was killed, by group. */
  killed(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#killed);
  }

  count(kind: FaultKind): number {
    return this.#fired.get(kind) ?? 0;
  }

  get total(): number {
    return [...this.#fired.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Planned kinds that never fired: then the run says nothing about them. */
  missing(): readonly FaultKind[] {
    return [...this.#planned].filter((kind) => this.count(kind) === 0);
  }

  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      faultKinds.filter((kind) => this.#planned.has(kind)).map((kind) => [kind, this.count(kind)]),
    );
  }

  inVain(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#vain);
  }
}
