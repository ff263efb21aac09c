/** A data directory of its own for each test, and everything in it closed or killed afterwards. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach } from 'vitest';
import { type EmbeddedEngine, type EmbeddedLogOptions, openEmbeddedLog } from '../embedded-engine.ts';

export class TestBed {
  #directory = '';
  readonly #engines: EmbeddedEngine[] = [];
  readonly #children: ChildProcess[] = [];

  constructor() {
    beforeEach(() => {
      this.#directory = mkdtempSync(join(tmpdir(), 'screener-log-'));
    });
    afterEach(async () => {
      for (const engine of this.#engines.splice(0)) await engine.close();
      for (const child of this.#children.splice(0)) await this.kill(child);
      rmSync(this.#directory, { recursive: true, force: true });
    });
  }

  get directory(): string {
    return this.#directory;
  }

  subdirectory(path: string): string {
    const directory = join(this.#directory, path);
    mkdirSync(directory, { recursive: true });
    return directory;
  }

  get file(): string {
    return join(this.#directory, 'log.sqlite');
  }

  readonly open = (mode: 'write' | 'read' = 'write', now?: () => number): Promise<EmbeddedEngine> =>
    this.openWith({ mode, ...(now && { now }) });

  readonly openWith = async (options: Partial<EmbeddedLogOptions>): Promise<EmbeddedEngine> => {
    const engine = await openEmbeddedLog({ directory: this.#directory, mode: 'write', ...options });
    this.#engines.push(engine);
    return engine;
  };

  /** Starts crash-child.ts and hands each line of its output to `line`. */
  startChild(job: 'hold' | 'process' | 'count', line: (text: string) => void): ChildProcess {
    const script = fileURLToPath(new URL('./crash-child.ts', import.meta.url));
    const child = spawn(process.execPath, [script, job, this.#directory], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#children.push(child);
    createInterface({ input: child.stdout }).on('line', line);
    return child;
  }

  async kill(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}
