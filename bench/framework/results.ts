/** Keeps what was measured: a file of JSON lines for each commit, and a page with the newest figure of every case. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Figure, JudgedFigure, Spread } from './figures.ts';
import { markdownTable } from './figures.ts';

/** Where and when; stands in every kept line, so that each can be judged alone. */
export interface Origin {
  readonly commit: string;
  /** The working tree was not that commit. */
  readonly changed: boolean;
  readonly date: string;
  readonly cores: number;
  readonly processor: string;
  readonly memoryGB: number;
  readonly node: string;
  readonly rounds: number;
  readonly quick: boolean;
}

export interface KeptFigure extends Figure, Origin {
  readonly spread: Spread;
}

export function originOf(root: string, date: Date, { rounds, quick }: { rounds: number; quick: boolean }): Origin {
  return {
    commit: git(root, ['rev-parse', '--short=7', 'HEAD']) || 'unknown',
    changed: git(root, ['status', '--porcelain', '--', 'libs', 'apps', 'bench', ':!bench/results']) !== '',
    date: date.toISOString(),
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGB: Math.round(totalmem() / 1e9),
    node: process.version,
    rounds,
    quick,
  };
}

function git(root: string, given: readonly string[]): string {
  try {
    return execFileSync('git', given, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    // An export without history: figures are kept all the same.
    return '';
  }
}

/** A case measured again at the same commit replaces its earlier lines. */
export function keep(directory: string, bench: string, figures: readonly JudgedFigure[], origin: Origin): string {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `${bench}-${origin.commit}.jsonl`);
  const measured = new Set(figures.map(({ figure }) => figure.case));
  const earlier = (existsSync(file) ? readKept(file) : []).filter((kept) => !measured.has(kept.case));
  const added = figures.map(({ figure, spread }): KeptFigure => ({ ...figure, spread, ...origin }));
  writeFileSync(file, [...earlier, ...added].map((kept) => `${JSON.stringify(kept)}\n`).join(''));
  writeFileSync(join(directory, `${bench}.md`), pageOf(bench, newestOfEach(directory, bench)));
  return file;
}

function newestOfEach(directory: string, bench: string): readonly KeptFigure[] {
  const files = readdirSync(directory).filter((name) => name.startsWith(`${bench}-`) && name.endsWith('.jsonl'));
  const newest = new Map<string, KeptFigure>();
  for (const name of files.sort((a, b) => modified(directory, a) - modified(directory, b))) {
    for (const kept of readKept(join(directory, name))) {
      if (kept.bench !== bench) continue;
      const known = newest.get(kept.case);
      // A quick run never hides a full one.
      if (known === undefined || (kept.quick === known.quick ? kept.date > known.date : !kept.quick))
        newest.set(kept.case, kept);
    }
  }
  return [...newest.values()].sort((a, b) => a.case.localeCompare(b.case));
}

const modified = (directory: string, name: string): number => statSync(join(directory, name)).mtimeMs;

const readKept = (file: string): KeptFigure[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as KeptFigure);

function pageOf(bench: string, figures: readonly KeptFigure[]): string {
  const origins = new Map<string, KeptFigure[]>();
  for (const kept of figures) {
    const { commit, changed, date, cores, processor, memoryGB, node, rounds, quick } = kept;
    const tree = changed ? `${commit} with changes` : commit;
    const kind = quick ? 'quick run, small amounts: shows that it works, not how fast it is' : `${rounds} rounds`;
    const machine = `${cores} cores (${processor}), ${memoryGB} GB, Node ${node}`;
    const key = `Commit ${tree}, ${date.slice(0, 10)}, ${machine}; ${kind}.`;
    origins.set(key, [...(origins.get(key) ?? []), kept]);
  }
  const sections = [...origins].map(
    ([origin, kept]) => `${origin}\n\n${markdownTable(kept.map((each) => ({ figure: each, spread: each.spread })))}\n`,
  );
  return [
    '<!-- Written by the benchmark. Do not edit. -->',
    `# npm run bench -- ${bench}: the newest figures`,
    'Medians of the rounds, in brackets the smallest and the largest. Both sides were measured in one run, in turn, on one machine: the ratios count, the numbers are those of that machine. How to read and repeat this: [docs/benchmarks.md](../../docs/benchmarks.md).',
    ...sections,
  ].join('\n\n');
}
