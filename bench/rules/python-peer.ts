/** The peer in Python: its packages are installed once, into a virtual environment beside it. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CaseUnavailable } from '../framework/benchmark.ts';

const directory = join(import.meta.dirname, '../peers/python');
const environment = join(directory, '.venv');
const requirements = join(directory, 'requirements.txt');
/** What is installed, so that other requirements are noticed. */
const installed = join(environment, 'installed.txt');
const probeWithinMs = 15_000;
const installWithinMs = 600_000;
const runWithinMs = 600_000;
const versionMin = [3, 10] as const;
const run = promisify(execFile);

const programIn = (name: string): string =>
  process.platform === 'win32' ? join(environment, 'Scripts', `${name}.exe`) : join(environment, 'bin', name);

/** Throws CaseUnavailable without Python, or where its packages cannot be had. */
export async function installPythonPeer(say: (line: string) => void): Promise<void> {
  const wanted = readFileSync(requirements, 'utf8');
  if (existsSync(installed) && readFileSync(installed, 'utf8') === wanted) return;
  const python = await findPython();
  say('installing bench/peers/python/requirements.txt into a virtual environment (pandas, about 70 MB, once)');
  try {
    await run(python, ['-m', 'venv', '--clear', environment], { timeout: installWithinMs });
    const options = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements];
    await run(programIn('python'), options, { timeout: installWithinMs });
    writeFileSync(installed, wanted);
  } catch (cause) {
    throw new CaseUnavailable(`pandas could not be installed: ${firstLine(cause)}`, { cause });
  }
}

async function findPython(): Promise<string> {
  const reasons: string[] = [];
  for (const name of ['python3', 'python']) {
    try {
      const { stdout } = await run(name, ['-c', 'import sys; print(*sys.version_info[:2])'], {
        timeout: probeWithinMs,
      });
      const [major = 0, minor = 0] = stdout.trim().split(' ').map(Number);
      if (major > versionMin[0] || (major === versionMin[0] && minor >= versionMin[1])) return name;
      reasons.push(`${name} is ${major}.${minor}`);
    } catch (cause) {
      reasons.push(firstLine(cause));
    }
  }
  throw new CaseUnavailable(`it needs Python ${versionMin.join('.')}: ${reasons.join('; ')}`);
}

const firstLine = (cause: unknown): string => String(cause instanceof Error ? cause.message.split('\n')[0] : cause);

export interface PythonAnswer {
  readonly cpuUs: number;
  readonly output: string;
}

/** In a process of its own, on one core. */
export async function runPythonPeer(rule: string, files: readonly string[]): Promise<PythonAnswer> {
  const oneCore = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', NUMEXPR_NUM_THREADS: '1' };
  const options = { timeout: runWithinMs, env: { ...process.env, ...oneCore } };
  const { stdout } = await run(programIn('python'), [join(directory, 'backtest.py'), rule, ...files], options);
  return JSON.parse(stdout) as PythonAnswer;
}
