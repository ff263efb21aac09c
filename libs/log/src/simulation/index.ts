export { type Flaw, flaws, sourceFlaws } from './flaws.ts';
export { reproduction, type SimulationOptions, type SimulationResult, simulate } from './simulation.ts';
export { simulateSources } from './source-simulation.ts';
export { type FaultKind, faultKinds } from './world.ts';
