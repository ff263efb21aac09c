export type * from './port.ts';
export * from './topology.ts';
