/** A raw client on an exchange whose wall clock the test moves. */
import { vi } from 'vitest';
import { WebSocket } from 'ws';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator.ts';

export interface RawStream {
  readonly socket: WebSocket;
  readonly frames: string[];
  /** Close code, once closed. */
  closed: number | undefined;
}

export interface SteppedExchange {
  readonly simulator: Simulator;
  readonly begin: number;
  /** Moves the clock and waits until the exchange has noticed. */
  step(ms: number): Promise<void>;
  listen(path: string, options?: { readonly autoPong: boolean }): Promise<RawStream>;
  /** Gives up after `timeoutMs`, which matters where the exchange does not answer. */
  get(
    path: string,
    timeoutMs?: number,
  ): Promise<{ readonly status: number; readonly headers: Headers; readonly text: string }>;
  stop(): Promise<void>;
}

const waiting = { timeout: 5_000, interval: 5 };
const stepMs = 1_000;
const answerMsMax = 5_000;

export async function steppedExchange(options: Partial<SimulatorOptions> = {}): Promise<SteppedExchange> {
  const begin = Date.UTC(2026, 6, 26, 12, 0, 5);
  let wall = begin;
  const simulator = await startSimulator({
    port: 0,
    host: '127.0.0.1',
    seed: 1,
    instruments: 4,
    speed: 1,
    now: () => wall,
    notify: () => {},
    ...options,
  });
  const sockets: WebSocket[] = [];

  async function listen(path: string, { autoPong } = { autoPong: true }): Promise<RawStream> {
    const socket = new WebSocket(`${simulator.wsBase}${path}`, { autoPong });
    const stream: RawStream = { socket, frames: [], closed: undefined };
    sockets.push(socket);
    socket.on('message', (data) => stream.frames.push(data.toString()));
    socket.on('close', (code) => {
      stream.closed = code;
    });
    socket.on('error', () => {});
    await vi.waitFor(() => {
      if (socket.readyState !== WebSocket.OPEN) throw new Error('not open yet');
    }, waiting);
    return stream;
  }

  return {
    simulator,
    begin,
    listen,
    async step(ms) {
      for (const end = wall + ms; wall < end; ) {
        wall = Math.min(end, wall + Math.max(stepMs, ms / 4));
        const ticks = simulator.advances;
        // Two: the first may have begun before the clock moved.
        await vi.waitFor(() => {
          if (simulator.advances < ticks + 2) throw new Error('the exchange has not noticed');
        }, waiting);
      }
    },
    async get(path, timeoutMs = answerMsMax) {
      const response = await fetch(`${simulator.restBase}${path}`, { signal: AbortSignal.timeout(timeoutMs) });
      return { status: response.status, headers: response.headers, text: await response.text() };
    },
    async stop() {
      for (const socket of sockets) socket.terminate();
      await simulator.stop();
    },
  };
}
