/**
 * `npm run simulate -- [--story processor|sources] [--seed N] [--seeds COUNT] [--flaw NAME] [--verbose]`: the processor, or
 * sources, on a simulated engine with a time of its own. One seed is one story, always the same; --verbose tells it. Its last line counts seeds, faults and violations.
 */
import { parseArgs } from 'node:util';
import { type Flaw, faultKinds, flaws, reproduction, simulate, simulateSources } from '@screener/log/simulation';

const seedsDefault = 1_000;

const { values } = parseArgs({
  options: {
    story: { type: 'string', default: 'processor' },
    seed: { type: 'string' },
    seeds: { type: 'string' },
    flaw: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});

// Whoever reads only the beginning has seen enough.
process.stdout.on('error', () => process.exit(1));
const say = (line: string): void => void process.stdout.write(`${line}\n`);

function wholeNumber(option: 'seed' | 'seeds', fallback: number): number {
  const given = values[option];
  if (given === undefined) return fallback;
  if (/^\d{1,9}$/.test(given)) return Number(given);
  refuse(`--${option} is '${given}': expected a whole number, for example --${option} 123`);
}

const stories = { processor: simulate, sources: simulateSources };

function chosenStory(): keyof typeof stories {
  const { story } = values;
  if (story === 'processor' || story === 'sources') return story;
  refuse(`--story is '${story}': expected one of ${Object.keys(stories).join(', ')}`);
}

function chosenFlaw(): Flaw | undefined {
  const found = flaws.find((flaw) => flaw === values.flaw);
  if (found === undefined && values.flaw !== undefined) {
    refuse(`--flaw is '${values.flaw}': expected one of ${flaws.map((flaw) => `'${flaw}'`).join(', ')}`);
  }
  return found;
}

function refuse(line: string): never {
  process.stderr.write(`${line}\n`);
  process.exit(2);
}

const first = wholeNumber('seed', 1);
const count = wholeNumber('seeds', values.seed === undefined ? seedsDefault : 1);
const story = chosenStory();
const flaw = chosenFlaw();
const faults = new Map(faultKinds.map((kind) => [kind, 0]));
let violations = 0;
let outputs = 0;
for (let seed = first; seed < first + count; seed += 1) {
  const result = await stories[story]({ seed, ...(flaw && { flaw }), ...(values.verbose && { trace: say }) });
  for (const [kind, times] of result.faults) faults.set(kind, (faults.get(kind) ?? 0) + times);
  outputs += result.outputs;
  violations += result.violations.length;
  for (const violation of result.violations) say(`seed ${seed}: ${violation}`);
  if (result.violations.length > 0 && !values.verbose) say(`  ${reproduction({ seed, ...(flaw && { flaw }) }, story)}`);
}
say(JSON.stringify({ faults: Object.fromEntries(faults), violations, events: outputs, seed: first, seeds: count }));
process.exitCode = violations === 0 ? 0 : 1;
