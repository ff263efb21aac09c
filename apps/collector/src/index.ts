export { openBanMemory } from './ban-memory.ts';
export { type CollectorOptions, collectorGroup, createCollector } from './collector-app.ts';
export type { InstrumentFilter } from './instrument-filter.ts';
