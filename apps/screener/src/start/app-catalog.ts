/** Every app by name, composed from the settings. */
import { join } from 'node:path';
import { alerterApp } from '@screener/alerter';
import { calculatorApp } from '@screener/calculator';
import { createCollector } from '@screener/collector';
import { createGateway } from '@screener/gateway';
import type { App, Logger, OperatorPages, Settings } from '@screener/service';
import { startSimulator } from '@screener/simulator';
import { sinkApp } from '@screener/sink';
import { productRoot, version } from '../version.ts';
import { createCollectedExchanges, createMarketCaps } from './collected-exchanges.ts';

/** In the order of their start: each finds what it reads from already there. */
export const appNames = ['simulator', 'gateway', 'sink', 'alerter', 'calculator', 'collector'] as const;
export type AppName = (typeof appNames)[number];
export const isAppName = (text: string): text is AppName => (appNames as readonly string[]).includes(text);

export interface Composition {
  readonly settings: Settings;
  readonly simulated: boolean;
  readonly symbols: number | undefined;
  readonly speed: number;
  readonly seed: number | undefined;
}

/** What the apps of one process share. */
export interface Surroundings {
  readonly operatorPages: OperatorPages;
  readonly logger: Logger;
}

const INSTRUMENTS_SIMULATED = 50;
const SEED = 1;

export function appOf(name: AppName, composition: Composition, surroundings: Surroundings): App {
  const app = bareAppOf(name, composition, surroundings);
  // The context's settings are what the person set; those of the composition also know what was started for them.
  return { name: app.name, start: (context) => app.start({ ...context, settings: composition.settings }) };
}

function bareAppOf(name: AppName, composition: Composition, { operatorPages, logger }: Surroundings): App {
  const { settings, simulated, symbols, speed, seed = SEED } = composition;
  switch (name) {
    case 'simulator':
      return simulatorApp(settings, symbols ?? INSTRUMENTS_SIMULATED, speed, seed);
    case 'collector':
      return createCollector({
        exchanges: createCollectedExchanges(settings, simulated, logger),
        marketCaps: createMarketCaps(settings, simulated, logger),
        simulated,
        ...(symbols !== undefined && { filter: { topByVolume: symbols } }),
      });
    case 'calculator':
      return calculatorApp;
    case 'alerter':
      return alerterApp;
    case 'sink':
      return sinkApp;
    case 'gateway':
      return createGateway({ pageDirectory: join(productRoot, 'apps/web/dist'), simulated, version, operatorPages });
  }
}

function simulatorApp(settings: Settings, instruments: number, speed: number, seed: number): App {
  const { hostname: host, port } = new URL(settings.BINANCE_REST_BASE);
  return {
    name: 'simulator',
    async start({ logger, now }) {
      const notify = (text: string): void => logger.info(text);
      const simulator = await startSimulator({ host, port: Number(port), instruments, speed, seed, now, notify });
      return { failed: new Promise<never>(() => undefined), stop: () => simulator.stop() };
    },
  };
}
