export { type Flaw, flaws } from './flaws.ts';
export { reproduction, type SimulationOptions, type SimulationResult, simulate } from './simulation.ts';
export { type FaultKind, faultKinds } from './world.ts';
