/** Frames that arrive on a socket, one at a time. Reads on only while none waits, but always sees the end at once. */
import type { Socket } from 'node:net';
import { type Frame, FrameReader } from './frames.ts';

export class FrameInbox {
  readonly #socket: Socket;
  readonly #frames = new FrameReader();
  readonly #arrived: Frame[] = [];
  #ended = false;
  #wake: () => void = () => {};

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('close', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  /** undefined: no more will come. */
  async next(): Promise<Frame | undefined> {
    while (this.#arrived.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const frame = this.#arrived.shift();
    if (this.#arrived.length === 0) this.#socket.resume();
    return frame;
  }

  #take(chunk: Buffer): void {
    try {
      this.#arrived.push(...this.#frames.push(chunk));
    } catch {
      this.#socket.destroy();
    }
    if (this.#arrived.length === 0) return;
    this.#socket.pause();
    this.#wake();
  }
}
