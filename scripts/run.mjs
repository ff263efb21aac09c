#!/usr/bin/env node
/**
 * The one entry: finds a runtime, installs what is missing, then runs what was asked and passes on arguments, signals and
 * exit code. Plain JavaScript without dependencies, for Node 18 and newer: it runs before anything is installed.
 */
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runChild } from './launch/child.mjs';
import { ensureInstalled, linkCommand } from './launch/install.mjs';
import { findRuntime } from './launch/runtime.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** What `npm run <name>` runs; arguments of the caller follow `args`. */
const commands = {
  start: { file: 'scripts/screener.ts', args: ['start'] },
  'start:kafka': { file: 'scripts/start-kafka.ts', args: [] },
  kafka: { file: 'scripts/kafka/main.ts', args: [] },
  test: { file: 'scripts/test.ts', args: [] },
  check: { file: 'scripts/check.ts', args: [] },
  bench: { file: 'bench/run.ts', args: [] },
  chaos: { file: 'chaos/main.ts', args: [] },
  generate: { file: 'scripts/generate.ts', args: [] },
  'simulated-day': { file: 'scripts/simulated-day.ts', args: [] },
  simulate: { file: 'scripts/simulate.ts', args: [] },
  screener: { file: 'scripts/screener.ts', args: [] },
};

const say = (line) => process.stderr.write(`${line}\n`);

export async function run(name, args) {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    say(`unknown command '${name}': expected one of ${Object.keys(commands).join(', ')}; see README.md`);
    return 2;
  }
  try {
    if (!(await ensureInstalled(root, say))) return 1;
  } catch (error) {
    say(`cannot install in ${root}: ${error.message}; expected a complete clone that you may write to`);
    return 1;
  }
  linkCommand(root);
  const runtime = findRuntime(root);
  if (runtime.path === undefined) {
    say(runtime.problem);
    return 1;
  }
  // The command line takes paths relative to where its user stands; everything else belongs to the repository.
  const cwd = name === 'screener' ? process.cwd() : root;
  return runChild(runtime.path, [join(root, command.file), ...command.args, ...args], cwd);
}

const called = process.argv[1];
if (called !== undefined && realpathSync(called) === fileURLToPath(import.meta.url)) {
  process.exitCode = await run(process.argv[2] ?? '', process.argv.slice(3));
}
