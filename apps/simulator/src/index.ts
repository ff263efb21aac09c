export { instrumentsMax } from './catalogue.ts';
export { type Fault, type FaultKind, faultKinds, parseFaults, readFaults } from './faults/fault-plan.ts';
export type { FaultCount, FaultRecord, FaultScript } from './faults/fault-script.ts';
export { type SeededPlan, seededPlan } from './faults/seeded-plan.ts';
export type { ExchangeLedger, SimulatedCandle, SimulatedCorrection } from './ledger.ts';
export type { Admission, Refusal, RequestGate } from './request-gate.ts';
export { minuteGate } from './request-gate.ts';
export { type Simulator, type SimulatorOptions, speedMax, startSimulator } from './simulator.ts';
export { createSimulatorApp } from './simulator-app.ts';
