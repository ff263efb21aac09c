/** Ways to break the engine on purpose. Each of them must be found by the simulation, or the simulation is worth nothing. */
export const flaws = [
  /** The input offset becomes durable before the outputs: a crash between them loses outputs. */
  'offset before outputs',
  /** The outputs become durable before the input offset: a crash between them doubles outputs. */
  'outputs before offset',
  /** A new owner does not fence the one before it: zombies go on writing. */
  'no fencing',
  /** A new owner reads the committed offset and fences only then. */
  'offset read before the fence',
  /** The fence does not settle what the owner before left open: its successor's commit brings it back. */
  'transactions left open by the fence',
  /** Outputs are visible as they come: half of a transaction, when it ends there. */
  'outputs without a transaction',
  /** Readers see what was never committed. */
  'dirty reads',
  /** Readers hand out again what they have handed out. */
  'records delivered twice',
  /** Readers that lose their connection go on at the end. */
  'records skipped',
  /** Outputs of one transaction are written in another order. */
  'outputs out of order',
  /** What a task decided about its side inputs is not kept. */
  'side offsets forgotten',
  /** Snapshots claim to contain one record more than they do. */
  'snapshots off by one',
  /** Retention takes what a take-over still needs. */
  'retention passes what is protected',
  /** A second transaction of the same offset is left out, and said to be done. */
  'a commit of the same offset taken for a repeat',
  /** That a record was skipped is not kept. */
  'skipped records forgotten',
] as const;

export type Flaw = (typeof flaws)[number];

/** Those that sources suffer from. What they write does not depend on any input. */
export const sourceFlaws: readonly Flaw[] = [
  'no fencing',
  'transactions left open by the fence',
  'outputs without a transaction',
  'dirty reads',
  'records delivered twice',
  'records skipped',
  'outputs out of order',
];
