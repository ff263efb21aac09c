/** The simulated exchange as an app beside the others. */
import type { App } from '@screener/service';
import { type SimulatorOptions, startSimulator } from './simulator.ts';

export const createSimulatorApp = (options: Omit<SimulatorOptions, 'now' | 'notify'>): App => ({
  name: 'simulator',
  async start({ now, logger, report }) {
    const simulator = await startSimulator({ ...options, now, notify: (text) => logger.info(text) });
    report('running', `${options.instruments} simulated instruments`, { instruments: options.instruments });
    return { failed: new Promise<never>(() => {}), stop: () => simulator.stop() };
  },
});
