import { performance } from 'node:perf_hooks';
import type { Writable } from 'node:stream';
import type { CommandIo } from './command.ts';
import { durationText } from './text-table.ts';

const SHOW_AFTER_MS = 1_000;
const REDRAW_MS = 200;
const WIDTH = 30;
const LEFT_SHOWN_MS = 1_000;

/** How far a command is, on a terminal, when it takes more than a second; nowhere else. */
export class ProgressBar {
  readonly #stderr: Writable;
  readonly #shown: boolean;
  readonly #label: string;
  readonly #total: number;
  readonly #beganAt = performance.now();
  #done = 0;
  #drawnAt = performance.now() + SHOW_AFTER_MS - REDRAW_MS;
  #drawn = false;

  /** `elsewhere`: what the command makes goes to a file, so that a terminal shows nothing of it. */
  constructor(io: CommandIo, label: string, total: number, elsewhere = false) {
    this.#stderr = io.stderr;
    this.#label = label;
    this.#total = total;
    // Lines that appear on the same terminal are progress enough.
    this.#shown = isTerminal(io.stderr) && (elsewhere || !isTerminal(io.stdout));
  }

  /** `note`: further words behind the label. */
  advance(amount: number, note = ''): void {
    this.#done += amount;
    const now = performance.now();
    if (!this.#shown || now - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = now;
    this.#drawn = true;
    const share = this.#total > 0 ? Math.min(1, this.#done / this.#total) : 1;
    this.#stderr.write(`\r${barOf(share, WIDTH)} % ${this.#label}${note}${this.#left(share, now)}\u001b[K`);
  }

  /** Unknown at the very beginning, and not worth a word at the end. */
  #left(share: number, now: number): string {
    const leftMs = ((now - this.#beganAt) * (1 - share)) / share;
    return Number.isFinite(leftMs) && leftMs >= LEFT_SHOWN_MS ? `, ${durationText(leftMs)} left` : '';
  }

  end(): void {
    if (this.#drawn) this.#stderr.write('\r\u001b[K');
  }
}

/** Filled as far as it is done, with the percents behind. */
export function barOf(share: number, width: number): string {
  const bar = '█'.repeat(Math.round(share * width)).padEnd(width, '░');
  return `${bar} ${String(Math.floor(share * 100)).padStart(3)}`;
}

const isTerminal = (stream: Writable): boolean => 'isTTY' in stream && stream.isTTY === true;
