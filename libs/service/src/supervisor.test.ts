import { afterEach, describe, expect, test, vi } from 'vitest';
import type { App, RunningApp } from './app.ts';
import { createLogger } from './logger.ts';
import { readSettings } from './settings.ts';
import { createSupervisor, type Supervisor } from './supervisor.ts';

const lines: string[] = [];
const context = {
  log: undefined as never,
  settings: readSettings({}),
  instance: 'test',
  now: () => Date.now(),
  logger: createLogger({
    level: 'info',
    name: 'test',
    json: false,
    write: (line) => void lines.push(line),
    now: () => 0,
  }),
};
let supervisor: Supervisor;

const appOf = (
  name: string,
  start: (round: number) => Partial<RunningApp>,
): App & { rounds: number; stops: number } => {
  const app = {
    name,
    rounds: 0,
    stops: 0,
    start: async () => {
      const running = start(++app.rounds);
      return { failed: running.failed ?? new Promise<never>(() => undefined), stop: async () => void app.stops++ };
    },
  };
  return app;
};

afterEach(() => supervisor.stop());

describe('supervisor', () => {
  test('an app whose failed rejects is stopped and started anew, its neighbour goes on', async () => {
    supervisor = createSupervisor({ context, firstRestartMs: 5 });
    const faulty = appOf('faulty', (round) => (round === 1 ? { failed: Promise.reject(new Error('boom')) } : {}));
    const steady = appOf('steady', () => ({}));
    await supervisor.start(faulty);
    await supervisor.start(steady);
    await vi.waitFor(() => expect(faulty.rounds).toBe(2));
    expect(faulty.stops).toBe(1);
    expect(steady).toMatchObject({ rounds: 1, stops: 0 });
    expect(supervisor.states.map((state) => state.crashes)).toEqual([1, 0]);
    expect(lines.join('')).toContain('faulty crashed: boom; it is restarted in 0.005 s');
  });

  test('a first start that waiting can cure is retried', async () => {
    supervisor = createSupervisor({ context, firstRestartMs: 5 });
    const late = appOf('late', (round) => {
      if (round < 3) throw new Error('not yet');
      return {};
    });
    await supervisor.start(late);
    await vi.waitFor(() => expect(late.rounds).toBe(3));
    expect(supervisor.states[0]?.crashes).toBe(2);
  });

  test('apps stop in reverse order', async () => {
    supervisor = createSupervisor({ context });
    const order: string[] = [];
    for (const name of ['first', 'second']) {
      await supervisor.start({
        name,
        start: async () => ({ failed: new Promise<never>(() => undefined), stop: async () => void order.push(name) }),
      });
    }
    await supervisor.stop();
    expect(order).toEqual(['second', 'first']);
  });
});
