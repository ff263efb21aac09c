/** Measures two or more sides in turn: A B A B, after a round that warms up and is not counted. */

export interface Outcome {
  /** Figures of this round by name. */
  readonly figures: Readonly<Record<string, number>>;
  /** What was put out, or a digest of it: the same on every side, or there is nothing to compare. */
  readonly output: string;
}

export interface MeasuredSide {
  readonly name: string;
  measure(round: number): Promise<Outcome>;
}

/** Values by side and figure, one for each round. */
export type Rounds = ReadonlyMap<string, Readonly<Record<string, readonly number[]>>>;

export interface Interleaving {
  /** Counted rounds. */
  readonly rounds: number;
  /**
   * Each round goes to and fro so many times, and the figures of its slices are added: for times that depend on a disk
   * whose speed changes within a second. Default: once.
   */
  readonly slices?: number;
  readonly say?: (line: string) => void;
}

export async function interleave(
  sides: readonly MeasuredSide[],
  { rounds, slices = 1, say = () => {} }: Interleaving,
): Promise<Rounds> {
  const values = new Map<string, Record<string, number[]>>(sides.map(({ name }) => [name, {}]));
  for (let round = 0; round <= rounds; round += 1) {
    const sums = new Map<string, Record<string, number>>(sides.map(({ name }) => [name, {}]));
    for (let slice = 0; slice < slices; slice += 1) await measureOnce(round, sides, sums);
    const line = [...sums].map(([name, figures]) => `${name} ${Object.values(figures).map(shown).join(' / ')}`);
    say(`${round === 0 ? 'warm-up' : `round ${round}`}: ${line.join(', ')}`);
    if (round === 0) continue;
    for (const [name, figures] of sums) append(values.get(name) ?? {}, figures);
  }
  return values;
}

async function measureOnce(
  round: number,
  sides: readonly MeasuredSide[],
  sums: ReadonlyMap<string, Record<string, number>>,
): Promise<void> {
  let expected: { readonly name: string; readonly output: string } | undefined;
  for (const side of sides) {
    const { figures, output } = await side.measure(round);
    expected ??= { name: side.name, output };
    if (output !== expected.output) {
      throw new Error(
        `outputs differ in round ${round}: ${expected.name} put out ${shortened(expected.output)}, ${side.name} ${shortened(output)}`,
      );
    }
    const sum = sums.get(side.name) ?? {};
    for (const [name, value] of Object.entries(figures)) sum[name] = (sum[name] ?? 0) + value;
  }
}

/** The values of one figure of one side. */
export function valuesOf(rounds: Rounds, side: string, figure: string): readonly number[] {
  const values = rounds.get(side)?.[figure];
  if (values === undefined) throw new Error(`${side} has measured no ${figure}`);
  return values;
}

function append(into: Record<string, number[]>, figures: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(figures)) {
    into[name] ??= [];
    into[name].push(value);
  }
}

const outputShownMax = 120;
const shortened = (text: string): string =>
  text.length <= outputShownMax ? `'${text}'` : `'${text.slice(0, outputShownMax)}…'`;

/** Three digits that count are as many as such a measurement has. */
export const shown = (value: number): string =>
  Math.abs(value) >= 1_000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
