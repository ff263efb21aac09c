import type { OptionTable, ParsedArguments } from '../command.ts';

export const startOptions = {
  live: { kind: 'flag', about: 'insist on the live market' },
  demo: { kind: 'flag', about: 'use the simulated market' },
  symbols: {
    kind: 'whole',
    value: 'N',
    about: 'how many instruments at most (simulated: 50 by default)',
    example: '100',
    least: 1,
    most: 5_000,
  },
  speed: {
    kind: 'whole',
    value: 'N',
    about: 'simulated time runs N times as fast until it reaches now',
    example: '60',
    least: 1,
    most: 3_600,
  },
  seed: { kind: 'whole', value: 'N', about: 'seed of the simulated market', example: '7' },
  port: {
    kind: 'whole',
    value: 'N',
    about: 'port of the page and the APIs (default 3000)',
    example: '8080',
    most: 65_535,
  },
  processes: { kind: 'flag', about: 'one process per app (needs KAFKA_BROKERS)' },
  app: {
    kind: 'text',
    value: 'NAME',
    about: 'run only this app in this process: collector, calculator, alerter, sink, gateway or simulator',
  },
} as const satisfies OptionTable;

export type StartOptions = ParsedArguments<typeof startOptions>['options'];
